"""Which assignment a notebook is for: by its name, else by the cells in it."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

# Canvas appends -1 to a file handed in again, browsers append (1) to one downloaded again.
AGAIN = re.compile(r"(?:-[0-9]+|\s*\([0-9]+\))$")
# Browsers and mail programs put the last two behind a notebook's own ending, or in its place.
ENDING = re.compile(r"\.(?:ipynb|json|txt)$", re.IGNORECASE)
ENOUGH = 3  # cells that only one assignment has tell it from all others


def is_notebook(file: str) -> bool:
    """Return whether a file's name is a notebook's, maybe with .json or .txt behind it."""
    return bool(re.search(r"\.ipynb(?:\.(?:json|txt))*$", file, re.IGNORECASE))


def is_plain(file: str) -> bool:
    """Return whether a file's name ends as a notebook's does, and no further."""
    return file.lower().endswith(".ipynb")


def stem(file: str) -> str:
    """Return a name without a notebook's endings."""
    while (shorter := ENDING.sub("", file)) not in (file, ""):
        file = shorter
    return file


def spellings(file: str) -> list[str]:
    """Return a notebook's name without its ending, and then without each -1 or (1) behind it."""
    stems = [stem(file).casefold()]
    while (shorter := AGAIN.sub("", stems[-1])) not in (stems[-1], ""):
        stems.append(shorter)
    return stems


def exactly(file: str, assignments: Collection[str]) -> str | None:
    """Return the assignment that a notebook is named after; None where there is none."""
    names = {name.casefold(): name for name in assignments}
    return next((names[name] for name in spellings(file) if name in names), None)


def assignment_of(file: str, assignments: Collection[str]) -> str | None:
    """Return the one assignment whose name, as whole words, stands in a notebook's name.

    So copies are understood in any language: practice-Copy1, Kopie von practice. None where there
    is no such assignment, or several.
    """
    if name := exactly(file, assignments):
        return name
    found = {name: _places(_words(name), _words(stem(file))) for name in assignments}
    spans = [(place, name) for name, places in found.items() for place in places]
    longest = {name for place, name in spans if not any(_within(place, p) for p, _ in spans)}
    return longest.pop() if len(longest) == 1 else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def _places(words: list[str], text: list[str]) -> list[range]:
    if not words:
        return []
    starts = range(len(text) - len(words) + 1)
    return [range(at, at + len(words)) for at in starts if text[at : at + len(words)] == words]


def _within(one: range, other: range) -> bool:
    return len(one) < len(other) and other.start <= one.start and one.stop <= other.stop


def notebook_cells(content: bytes) -> list[dict[str, Any]] | None:
    """Return the cells of a notebook of any format; None where the bytes are none."""
    try:
        notebook = json.loads(content)
        sheets = notebook.get("worksheets") or [notebook]
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
        return None
    return [cell for cell in cells if isinstance(cell, dict)]


class Contents:
    """Know the cells of each assignment, by which a notebook of any name is told."""

    def __init__(self, solutions: Mapping[str, Path]) -> None:
        """Take the path of each assignment's notebook."""
        self.solutions = solutions

    @cached_property
    def own(self) -> dict[str, set[str]]:
        """Return for each assignment what no other one has: ids and texts of cells."""
        traits = {name: _traits(path.read_bytes()) for name, path in self.solutions.items()}
        others = {
            name: set().union(*(found for other, found in traits.items() if other != name))
            for name in traits
        }
        return {name: found - others[name] for name, found in traits.items()}

    def assignment_of(self, content: bytes) -> str | None:
        """Return the assignment that most of a notebook's cells tell; None where none stands out.

        Cells that two assignments share tell nothing.
        """
        theirs = _traits(content)
        counts = {name: len(own & theirs) for name, own in self.own.items()}
        best = max(counts.values(), default=0)
        found = [name for name, number in counts.items() if number == best]
        return found[0] if best >= ENOUGH and len(found) == 1 else None


def _traits(content: bytes) -> set[str]:
    cells = notebook_cells(content) or []
    return {trait for cell in cells for trait in _of_cell(cell)}


def _of_cell(cell: dict[str, Any]) -> set[str]:
    """Return what tells a cell: its id, nbgrader's, and its text, which Colab keeps."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    ids = (cell.get("id"), marks.get("grade_id") if isinstance(marks, dict) else None)
    source = cell.get("source", cell.get("input"))
    lines = source if isinstance(source, list) else [source]
    text = " ".join("".join(line for line in lines if isinstance(line, str)).split())
    return {f"id {found}" for found in ids if isinstance(found, str)} | ({text} - {""})
