"""The command collect: put what an LMS exported where nbgrader expects it."""

import argparse
import json
import re
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from grading.atomic import write_atomically
from grading.course import assignments
from grading.errors import GradingError
from grading.gradebook import book
from grading.lms.incoming import File, Incoming, Unreadable, incoming
from grading.lms.selection import Candidate, Collected, choose, identify

# What nbgrader itself writes, and reads back; "2027-03-01 12:30:00.123456 Europe/Berlin".
TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d{1,6})?(?: (?:[A-Z][\w/+-]{0,40}|[+-]\d{4}))?",
    re.ASCII | re.IGNORECASE,
)
# Canvas, and Moodle until of late, stamp every file with the time of the download.
AT_ONCE = timedelta(hours=1)


def collect(
    source: Path, root: Path, assignment: str | None = None, known: dict[str, str] | None = None
) -> list[Collected]:
    """Copy the notebooks of an LMS's export below `root`/submitted; say what became of each file.

    `known` gives the student id of each LMS user id on the class list. Raises GradingError where
    nothing could be collected: no such export, a broken one, a zip bomb, no such assignment.
    """
    names = assignments(root)
    if assignment and assignment not in names:
        raise GradingError(
            f"There is no assignment {assignment}: solutions/ has {', '.join(names)}."
        )
    with incoming(source) as found:
        return _collect(found, root, names, assignment, known or {})


def _collect(
    found: Incoming,
    root: Path,
    names: list[str],
    assignment: str | None,
    known: dict[str, str],
) -> list[Collected]:
    candidates, lost = identify(found.files, names, assignment, known)
    digests = found.digests([candidate.file for candidate in candidates])
    lost += [Collected(name, problem=sentence) for name, sentence in found.refused]
    timed = _times(found.files, candidates)
    chosen, left = choose(
        [candidate for candidate in candidates if candidate.file in digests], digests
    )
    spelled = _spelled(root / "submitted")
    stored = [_store(candidate, root, timed[candidate.file], spelled) for candidate in chosen]
    return sorted(stored, key=lambda row: (row.student, row.assignment)) + left + lost


def _times(files: list[File], candidates: list[Candidate]) -> dict[File, str]:
    """Return nbgrader's timestamp for each file whose time is the student's, not the download's."""
    notes = {file.parts[:-1]: file for file in files if file.parts[-1] == "timestamp.txt"}
    times = [
        candidate.file.time
        for candidate in candidates
        if candidate.owner.lms_user_id and candidate.file.time
    ]
    at_once = not times or max(times) - min(times) < AT_ONCE
    result = {}
    for candidate in candidates:
        folder = candidate.file.parts[:-1]
        noted = _noted(notes[folder]) if folder in notes and candidate.owner.folder else ""
        stamped = not (candidate.owner.lms_user_id and at_once)
        result[candidate.file] = noted or (_written(candidate.file.time) if stamped else "")
    return result


def _noted(file: File) -> str:
    """Return what timestamp.txt says, or "": nbgrader ends the whole batch at a false one."""
    text = file.start(100).decode(errors="replace").strip()
    try:
        match = TIMESTAMP.fullmatch(text)
        return text if match and datetime.fromisoformat(match[1]) else ""
    except ValueError:
        return ""


def _written(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""


def _spelled(submitted: Path) -> dict[str, str]:
    """Return the students' folders there are, by what they share with other capitals."""
    folders = submitted.iterdir() if submitted.is_dir() else []
    return {folder.name.casefold(): folder.name for folder in folders}


def _store(candidate: Candidate, root: Path, time: str, spelled: dict[str, str]) -> Collected:
    """Put one notebook into its place, which changes it wholly or not at all."""
    student = candidate.owner.student
    path = root / "submitted" / student / candidate.assignment / f"{candidate.assignment}.ipynb"
    there = spelled.setdefault(student.casefold(), student)
    if there != student:
        return candidate.collected(problem=_other_spelling(candidate, there))
    if any(place.is_symlink() for place in [path, path.parent, path.parent.parent]):
        return candidate.collected(problem=f"{path} is a symbolic link: nothing was written to it.")
    try:
        return candidate.collected(path=path, **_put(path, candidate.file.read(), time))
    except Unreadable as error:
        return candidate.collected(problem=str(error))
    except OSError as error:
        return candidate.collected(problem=f"{path} cannot be written: {error.strerror}.")


def _other_spelling(candidate: Candidate, there: str) -> str:
    return f"{candidate.file.name}: submitted/ has a student {there}; rename one of the two."


def _put(path: Path, content: bytes, time: str) -> dict[str, bool]:
    """Write a notebook and its time; the old time goes first, so that no time is ever false."""
    is_there, stamp = path.is_file(), path.with_name("timestamp.txt")
    same = is_there and path.read_bytes() == content
    if not same:
        path.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        write_atomically(path, content)
    if time and not stamp.exists():
        write_atomically(stamp, time)
    return {"replaced": is_there and not same, "unchanged": same}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "source", type=Path, nargs="?", help="the zip that the LMS exported, or a folder"
    )
    parser.add_argument(
        "--assignment", help="what all notebooks in it are for, whatever they are named"
    )


def run(options: argparse.Namespace) -> int:
    """Collect and enrol, print what became of each file; return 1 where one was not collected."""
    if options.source is None:
        raise GradingError(
            "There is nothing to collect from: name a folder or a zip, as in "
            "make collect FROM=class.zip."
        )
    with book.open_book(options.course) as opened:
        known = opened.known_by_lms()
        rows = collect(options.source, options.course, options.assignment, known)
        for row in rows:
            _enrol(opened, row, known)
    print(_document(rows) if options.json else _table(rows))
    return int(any(row.problem for row in rows))


def _enrol(opened: book.Book, row: Collected, known: dict[str, str]) -> None:
    """Put a student on the class list, also one whose file was refused: nobody is to be missed.

    What the list has of a known one is better.
    """
    if row.student and row.student not in known.values():
        first, _, last = (row.full_name or "").rpartition(" ")
        names = {"first_name": first or None, "last_name": last or None}
        opened.enrol(row.student, lms_user_id=row.lms_user_id, **names)


def _document(rows: list[Collected]) -> str:
    return json.dumps({"collected": [asdict(row) for row in rows]}, default=str, indent=2)


def _table(rows: list[Collected]) -> str:
    """Return a line for each notebook that was collected, then the sentences of the others."""
    good = [row for row in rows if row.path]
    width = max([len(row.student) for row in good], default=0)
    lines = [f"{row.student:{width}}  {row.assignment}  {_fate(row)}" for row in good]
    problems = [row.problem for row in rows if row.problem]
    count = f"{len(good)} collected, {len(problems)} not."
    return "\n".join([*lines, "", *problems, count] if problems else [*lines, "", count])


def _fate(row: Collected) -> str:
    return "replaced" if row.replaced else "unchanged" if row.unchanged else "new"
