"""Read a notebook of the course as plain data, without nbformat where it is in order."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

FORMAT = (4, 5)  # the one that the course is written in
OF_CODE = {"execution_count", "outputs"}
LEFT_OUT = {"orig_nbformat", "orig_nbformat_minor", "signature"}  # of the metadata, by nbformat


def read_plain(path: Path) -> dict[str, Any]:
    """Return a notebook as JSON has it, each source as one text.

    Raises GradingError where there is none or it cannot be read.
    """
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if _is_in_order(found):
            return found | {"cells": [_joined(cell) for cell in found["cells"]]}
    from grading.notebooks import read_notebook  # takes a while, for a rare case

    return read_notebook(path)


def _is_in_order(found: Any) -> bool:
    """Return whether nbformat would leave it as it is."""
    metadata = found.get("metadata") if isinstance(found, dict) else None
    if not isinstance(metadata, dict) or metadata.keys() & LEFT_OUT:
        return False
    cells = found.get("cells")
    if (found.get("nbformat"), found.get("nbformat_minor")) != FORMAT or not _is_list(cells, dict):
        return False
    ids = [cell.get("id") for cell in cells]
    return _is_list(ids, str) and len(set(ids)) == len(ids) and all(map(_is_cell, cells))


def _is_cell(cell: dict[str, Any]) -> bool:
    source, kind = cell.get("source"), cell.get("cell_type")
    if not isinstance(cell.get("metadata"), dict) or "trusted" in cell["metadata"]:
        return False
    if kind == "code" and not cell.keys() >= OF_CODE:
        return False
    return kind in ("code", "markdown", "raw") and (
        isinstance(source, str) or _is_list(source, str)
    )


def _is_list(found: Any, kind: type) -> bool:
    return isinstance(found, list) and all(isinstance(one, kind) for one in found)


def _joined(cell: dict[str, Any]) -> dict[str, Any]:
    return cell | {"source": "".join(cell["source"])}
