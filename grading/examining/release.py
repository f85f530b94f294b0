"""Tell one release of an assignment from another, by a digest in the notebook's metadata."""

import hashlib
import json
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

NAMESPACE = "refresh_tokens_course"  # in a notebook's metadata


def digest_of(cells: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of what students see and what it is worth; `cells` are those released."""
    told = [
        (cell["id"], cell["cell_type"], cell["source"], nbgrader_metadata(cell).get("points"))
        for cell in cells
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def stamp(metadata: MutableMapping[str, Any], digest: str) -> None:
    """Write a release's digest into the metadata of its notebook."""
    metadata[NAMESPACE] = {"release": digest}


def stamped(metadata: Mapping[str, Any]) -> str:
    """Return the digest of the release that a notebook is of; "" where it does not say."""
    ours = metadata.get(NAMESPACE)
    found = ours.get("release") if isinstance(ours, dict) else None
    return found if isinstance(found, str) else ""


def nbgrader_metadata(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return nbgrader's part of a cell's metadata; empty where it has none."""
    return cell["metadata"].get("nbgrader", {})
