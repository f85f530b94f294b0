"""Read what a student handed in: bytes of any kind, from a folder with anything in it."""

import json
import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examiner.plain_python import stops_at
from grading.errors import Ungradable

MAX_BYTES = 10 * 1024 * 1024
SUFFIX = ".ipynb"
CONFLICT = (
    "{place} begins with {marker}: git could not merge two versions; choose one and hand in again."
)
NO_TEXT = (
    "{name} holds no text but something else, as no Jupyter writes it: write the answer into a new "
    "copy of the notebook and hand in again."
)
MARKER = re.compile(r"(?:<{7}|\|{7}|>{7})(?= |\r?$)|={7}(?=\r?$)")
# A symlink is not followed, and a pipe without a writer not waited for; Windows has neither flag.
CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Cell:
    """Hold one cell: `kind` is code, markdown or raw; `ids` are its own id and nbgrader's.

    `is_text` says whether its source is text, as in any notebook; of another, `source` is the rest.
    """

    kind: str
    source: str
    ids: tuple[str | None, str | None] = (None, None)
    is_text: bool = True


def read(folder: Path, name: str) -> bytes:
    """Return the bytes of the notebook in a student's folder of one assignment.

    A renamed notebook counts where it is the only one. Raises Ungradable where there is none, or
    several, or what is there is no file of a size that a notebook has.
    """
    try:
        path = _notebook(folder, name)
    except OSError as error:
        place = f"{folder.parent.name}/{folder.name}"
        raise Ungradable(f"{place} cannot be read: {error.strerror}.") from None
    return content(path)


def metadata(content: bytes) -> dict[str, Any]:
    """Return a notebook's metadata; raise Ungradable where the bytes are no notebook."""
    found = _parsed(content).get("metadata")
    return found if isinstance(found, dict) else {}


def cells(content: bytes) -> list[Cell]:
    """Return the cells of a notebook; raise Ungradable where the bytes are none."""
    notebook = _parsed(content)
    if isinstance(notebook.get("worksheets"), list):
        notebook = _upgraded(notebook)
    found = notebook.get("cells")
    if not isinstance(found, list):
        raise Ungradable("The file is JSON and no notebook: there is no list of cells in it.")
    if found and not any(isinstance(cell, dict) for cell in found):
        raise Ungradable("The file is JSON and no notebook: what should be cells are none.")
    return [_cell(cell) for cell in found if isinstance(cell, dict)]


def candidates(
    found: Iterable[Cell], cell_id: str, recognised: Callable[[str], bool]
) -> list[Cell]:
    """Return the cells that may hold an answer: by their id, by nbgrader's, or by what they say.

    The first of these ways that finds a cell counts.
    """
    found = list(found)
    for way in range(2):
        if named := [cell for cell in found if cell.ids[way] == cell_id]:
            return named
    return [cell for cell in found if cell.kind == "code" and recognised(cell.source)]


def refuse_no_text(cells: Iterable[Cell], name: str) -> None:
    """Raise Ungradable where what should be the text of a cell is none, so that nobody reads it."""
    if not all(cell.is_text for cell in cells):
        raise Ungradable(NO_TEXT.format(name=name))


def refuse_conflict(cells: Iterable[Cell], name: str) -> None:
    """Raise Ungradable where a cell has two versions in it that git could not merge."""
    for cell in cells:
        markers = _markers(cell.source)
        if line := _conflict(cell, markers):
            place = f"Line {line} of {name}"
            raise Ungradable(CONFLICT.format(place=place, marker=markers[line]))


def _conflict(cell: Cell, markers: dict[int, str]) -> int | None:
    """Return the first line of a conflict, of which markers may be left out; None for none.

    In a text that is no code, one marker alone can be the line under a heading.
    """
    whole = {"<<<<<<<", "=======", ">>>>>>>"} <= set(markers.values())
    first = next(iter(markers)) if whole else None
    if not markers or cell.kind != "code":
        return first
    stop = stops_at(cell.source)
    return stop if stop in markers or stop is None else first


def _markers(text: str) -> dict[int, str]:
    """Return line → marker for the lines that git may have written."""
    lines = text.lstrip("\ufeff").split("\n")
    found = ((number, MARKER.match(line)) for number, line in enumerate(lines, 1))
    return {number: match[0] for number, match in found if match}


def _notebook(folder: Path, name: str) -> Path:
    for place in (folder.parent, folder):
        if place.is_symlink():
            raise Ungradable(f"{place.name} is a link and no folder: put the folder itself there.")
    if not folder.is_dir():
        raise Ungradable(f"There is no folder {folder.name} in {folder.parent.name}.")
    notebooks = sorted(path for path in folder.iterdir() if path.suffix.lower() == SUFFIX)
    right = [path for path in notebooks if path.name == f"{name}{SUFFIX}"]
    if not notebooks:
        raise Ungradable(f"There is no {name}{SUFFIX} in {folder.parent.name}/{folder.name}.")
    if not right and len(notebooks) > 1:
        names = ", ".join(path.name for path in notebooks[:5])
        raise Ungradable(f"There are several notebooks and none is {name}{SUFFIX}: {names}.")
    return (right or notebooks)[0]


def content(path: Path) -> bytes:
    """Return the bytes of a file; raise Ungradable where it is none, or too large to be one."""
    try:
        number = os.open(path, os.O_RDONLY | CAREFULLY)
    except OSError as error:
        raise Ungradable(f"{path.name} cannot be read: {error.strerror}.") from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise Ungradable(f"{path.name} is no ordinary file.")
    with open(number, "rb") as file:
        found = file.read(MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise Ungradable(
            f"{path.name} is larger than {MAX_BYTES // 2**20} MB: clear its outputs and hand it in "
            "again."
        )
    return found


def _parsed(content: bytes) -> dict[str, Any]:
    if not content.strip():
        raise Ungradable("The file is empty.")
    try:
        notebook = json.loads(content)
    except RecursionError:
        raise Ungradable("The file is nested too deeply for a notebook.") from None
    except ValueError as error:  # UnicodeDecodeError among them
        _refuse_conflict_in_file(content.decode(errors="replace"))
        raise Ungradable(f"The file is no notebook: it is not JSON ({error}).") from None
    if not isinstance(notebook, dict):
        raise Ungradable("The file is JSON and no notebook: it holds no object.")
    return notebook


def _refuse_conflict_in_file(text: str) -> None:
    """Raise Ungradable where git has left a line in JSON, in which no line can begin so."""
    markers = _markers(text)
    if markers and (1 in markers or text.lstrip("\ufeff \t\r\n").startswith("{")):
        line, marker = next(iter(markers.items()))
        raise Ungradable(CONFLICT.format(place=f"Line {line}", marker=marker))


def _upgraded(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook of nbformat 3 or before as one of today."""
    import nbformat  # takes a second, for a rare case

    try:
        return nbformat.convert(nbformat.from_dict(notebook), 4)
    except Exception as error:  # nbformat lets through whatever a broken file causes
        raise Ungradable(
            f"The notebook has an old format and cannot be converted ({type(error).__name__})."
        ) from None


def _cell(cell: dict[str, Any]) -> Cell:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    named = marks.get("grade_id") if isinstance(marks, dict) else None
    ids = tuple(found if isinstance(found, str) else None for found in (cell.get("id"), named))
    kind = cell.get("cell_type")
    source = cell.get("source")
    return Cell(kind if isinstance(kind, str) else "raw", _text(source), ids, _is_text(source))


def _is_text(source: Any) -> bool:
    return all(isinstance(line, str) for line in (source if isinstance(source, list) else [source]))


def _text(source: Any) -> str:
    """Return a source, which may be a list of lines, as text that can be written anywhere."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return (
        text.encode(errors="replace")
        .decode()
        .replace("\r\n", "\n")
        .replace("\0", "\N{REPLACEMENT CHARACTER}")
    )
