"""Keep what another submission replaces, in replaced/<student>/<assignment>/<number>/."""

import hashlib
from pathlib import Path

from grading.atomic import write_atomically

FOLDER = "replaced"
STAMP = "timestamp.txt"


def keep(root: Path, student: str, assignment: str) -> Path | None:
    """Copy a notebook and its time from submitted/; return the folder, None where there is none.

    What is kept already is not copied again.
    """
    there = root / "submitted" / student / assignment
    found = _read(there, assignment)
    if found is None:
        return None
    folders = kept(root, student, assignment)
    for folder in folders:
        if _read(folder, assignment) == found:
            return folder
    number = max((int(folder.name) for folder in folders), default=0) + 1
    folder = root / FOLDER / student / assignment / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, assignment, *found)
    return folder


def kept(root: Path, student: str, assignment: str) -> list[Path]:
    """Return the folders of what was replaced, the newest last."""
    folders = (root / FOLDER / student / assignment).glob("*/")
    whole = [each for each in folders if each.name.isdecimal() and _read(each, assignment)]
    return sorted(whole, key=lambda folder: int(folder.name))


def chosen(folders: list[Path], assignment: str, digest: str) -> Path:
    """Return the folder whose notebook has this SHA-256, else the newest."""
    for folder in folders:
        content, _ = _read(folder, assignment)
        if hashlib.sha256(content).hexdigest() == digest:
            return folder
    return folders[-1]


def bring_back(root: Path, folder: Path, student: str, assignment: str) -> None:
    """Put what is kept in a folder into submitted/, whole or not at all."""
    content, time = _read(folder, assignment)
    write(root / "submitted" / student / assignment, assignment, content, time)


def write(folder: Path, assignment: str, content: bytes, time: str) -> None:
    """Write a notebook and its time; the old time goes first, so that no time is ever false."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).unlink(missing_ok=True)
    write_atomically(folder / f"{assignment}.ipynb", content)
    if time:
        write_atomically(folder / STAMP, time)


def _read(folder: Path, assignment: str) -> tuple[bytes, str] | None:
    """Return the notebook and its time, "" where it has none; None where there is no notebook."""
    notebook, stamp = folder / f"{assignment}.ipynb", folder / STAMP
    if notebook.is_symlink() or not notebook.is_file():
        return None
    has_time = stamp.is_file() and not stamp.is_symlink()
    return notebook.read_bytes(), stamp.read_text(errors="replace") if has_time else ""
