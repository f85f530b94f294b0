"""The command collect: put what an LMS exported where nbgrader expects it."""

import argparse
import json
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from grading import replaced
from grading.atomic import write_atomically
from grading.course import assignments
from grading.errors import GradingError
from grading.gradebook import book
from grading.gradebook.row import Enrolled
from grading.lms.identify import Sorter
from grading.lms.incoming import Incoming, Unreadable, incoming, shown
from grading.lms.selection import Candidate, Collected, choose
from grading.lms.teams import Teams
from grading.lms.times import find_zone, noted, oddity, written, zone_name
from grading.lms.titles import Contents

# Canvas, and Moodle until of late, stamp every file with the time of the download.
AT_ONCE = timedelta(hours=1)


def collect(
    source: Path,
    root: Path,
    assignment: str | None = None,
    people: Collection[Enrolled] = (),
    teams: Path | None = None,
) -> list[Collected]:
    """Copy the notebooks of an LMS's export below `root`/submitted; say what became of each file.

    `people` is the class list, and `teams` a CSV file that says who is in which team. Raises
    GradingError where nothing could be collected: no such export, a broken one, a zip bomb, no
    such assignment or zone.
    """
    names = assignments(root)
    if assignment and assignment not in names:
        raise GradingError(
            f"There is no assignment {assignment}: solutions/ has {', '.join(names)}."
        )
    contents = Contents({name: root / "solutions" / name / f"{name}.ipynb" for name in names})
    listed = Teams(teams) if teams else None
    with incoming(source) as found:
        sorter = Sorter(found, contents, assignment, people, listed)
        sorter.sort()
        return _collect(sorter, root, found)


def _collect(sorter: Sorter, root: Path, found: Incoming) -> list[Collected]:
    candidates = sorter.candidates
    digests = found.digests(list({candidate.file for candidate in candidates}))
    lost = sorter.lost + [Collected(name, problem=sentence) for name, sentence in found.refused]
    known = {person.student for person in sorter.people}
    chosen, left = choose(
        [candidate for candidate in candidates if candidate.file in digests], digests, known
    )
    timed = _times(found, candidates)
    spelled = _spelled(root / "submitted")
    stored = [_store(candidate, root, *timed(candidate), spelled) for candidate in chosen]
    return sorted(stored, key=lambda row: (row.student, row.assignment)) + left + lost


def _times(found: Incoming, candidates: list[Candidate]) -> Callable[[Candidate], tuple[str, str]]:
    """Return what gives a notebook's time, for nbgrader, and a sentence where that is doubtful.

    It is "" where only the download's time is known.
    """
    notes = {file.parts[:-1]: file for file in found.files if file.parts[-1] == "timestamp.txt"}
    times = [one.file.time for one in candidates if one.owner.lms != "nbgrader" and one.file.time]
    at_once = not times or max(times) - min(times) < AT_ONCE
    name = zone_name()
    zone = find_zone(name)

    def timed(one: Candidate) -> tuple[str, str]:
        folder = one.file.parts[:-1]
        if folder in notes and one.owner.folder and (text := noted(notes[folder].start(100))):
            return text, ""
        stamped = one.owner.lms == "nbgrader" or not at_once
        time = one.owner.time or (one.file.time if stamped else None)
        return (written(time, zone), oddity(time, zone, name)) if time else ("", "")

    return timed


def _spelled(submitted: Path) -> dict[str, str]:
    """Return the students' folders there are, by what they share with other capitals."""
    folders = submitted.iterdir() if submitted.is_dir() else []
    return {folder.name.casefold(): folder.name for folder in folders}


def _store(
    candidate: Candidate, root: Path, time: str, doubt: str, spelled: dict[str, str]
) -> Collected:
    """Put one notebook into its place, which changes it wholly or not at all."""
    student = candidate.owner.student
    path = root / "submitted" / student / candidate.assignment / f"{candidate.assignment}.ipynb"
    there = spelled.setdefault(student.casefold(), student)
    late = "the LMS calls it late, and takes its own penalty" if candidate.owner.is_late else ""
    notes = tuple(filter(None, [*candidate.notes, late, doubt.removesuffix(".")]))
    candidate = replace(candidate, notes=notes)
    if there != student:
        return candidate.collected(problem=_other_spelling(candidate, there))
    try:
        if any(place.is_symlink() for place in [path, path.parent, path.parent.parent]):
            told = f"{path} is a symbolic link: nothing was written to it."
            return candidate.collected(problem=told)
        put = _put(root, path, candidate.file.read(), time)
        return candidate.collected(path=path, timestamp=time, **put)
    except Unreadable as error:
        return candidate.collected(problem=str(error))
    except OSError as error:
        return candidate.collected(problem=f"{path} cannot be written: {error.strerror}.")


def _other_spelling(candidate: Candidate, there: str) -> str:
    return f"{candidate.file.name}: submitted/ has a student {there}; rename one of the two."


def _put(root: Path, path: Path, content: bytes, time: str) -> dict[str, Any]:
    """Write a notebook and its time; what another one replaces is kept first."""
    stamp, student, assignment = path.with_name(replaced.STAMP), path.parts[-3], path.stem
    if path.is_file() and path.read_bytes() == content:
        if time and not stamp.exists():
            write_atomically(stamp, time)
        return {"unchanged": True}
    kept = replaced.keep(root, student, assignment)
    replaced.write(path.parent, assignment, content, time)
    return {"replaced": bool(kept), "kept": kept}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "source", type=Path, nargs="?", help="the zip that the LMS exported, or a folder"
    )
    parser.add_argument(
        "--assignment", help="what all notebooks in it are for, whatever they are named"
    )
    parser.add_argument(
        "--teams", type=Path, help="a CSV file that says who is in which team, a line a person"
    )


def run(options: argparse.Namespace) -> int:
    """Collect and enrol, print what became of each file.

    Returns 1 where one was not collected, or is by somebody whom a class list does not have.
    """
    if options.source is None:
        raise GradingError(
            "There is nothing to collect from: name a folder or a zip, as in "
            "make collect FROM=class.zip."
        )
    with book.open_book(options.course) as opened:
        people = opened.class_list()
        rows = collect(options.source, options.course, options.assignment, people, options.teams)
        strangers = _enrol(opened, rows, {person.student for person in people})
        for row in rows:
            if row.path:
                opened.record_collected(row.assignment, row.student, row.lms, row.source_path)
        marks = _marks(opened) if any(row.kept for row in rows) else {}
    rows = [_noted(row, options.course, marks) for row in rows]
    notes = _notes(rows, strangers, bool(people))
    print(_document(rows, notes) if options.json else _table(rows, notes))
    return int(any(row.problem for row in rows) or bool(strangers and people))


def _marks(opened: book.Book) -> dict[tuple[str, str], str]:
    """Return what whoever is graded has: (student, assignment) → points of points."""
    rows = [row for name in opened.assignments() for row in opened.rows(name)]
    return {
        (row.student, row.assignment): f"{row.score:g} of {row.max_score:g} points"
        for row in rows
        if row.score is not None
    }


def _noted(row: Collected, root: Path, marks: dict[tuple[str, str], str]) -> Collected:
    """Return a row with a note on what it has replaced."""
    if not row.kept:
        return row
    mark = marks.get((row.student, row.assignment))
    had = f"the one before was graded, {mark}, and is" if mark else "the one before is"
    note = f"{had} kept in {row.kept.relative_to(root).as_posix()}"
    return replace(row, note="; ".join(filter(None, [row.note, note])))


def _enrol(opened: book.Book, rows: list[Collected], known: set[str]) -> list[str]:
    """Put who is new on the class list, also one whose file was refused, and return their ids.

    What the list has of a known one is better.
    """
    new = {row.student: row for row in rows if row.student and row.student not in known}
    for row in new.values():
        first, _, last = (row.full_name or "").rpartition(" ")
        names = {"first_name": first or None, "last_name": last or None}
        opened.enrol(row.student, lms_user_id=row.lms_user_id, **names)
    return list(new)


def _notes(rows: list[Collected], strangers: list[str], had_list: bool) -> list[str]:
    """Return the sentences about all: who is new, and which zone the times were read in."""
    notes = []
    if strangers:
        where = "not on the class list" if had_list else "put on the class list, which was empty"
        end = ", and put there" if had_list else ""
        names = ", ".join(map(shown, strangers))
        notes.append(f"{len(strangers)} who handed in were {where}{end}: {names}.")
    if any(row.timestamp for row in rows):
        notes.append(
            f"Times without a zone were read in {zone_name()}, which c.Exchange.timezone in "
            "nbgrader_config.py sets."
        )
    return notes


def _document(rows: list[Collected], notes: list[str]) -> str:
    document = {"collected": [asdict(row) for row in rows], "notes": notes}
    return json.dumps(document | {"timezone": zone_name()}, default=str, indent=2)


def _table(rows: list[Collected], notes: list[str]) -> str:
    """Return a line for each notebook that was collected, then the sentences of the others."""
    good = [row for row in rows if row.path]
    width = max([len(row.student) for row in good], default=0)
    lines = [f"{row.student:{width}}  {row.assignment}  {_fate(row)}" for row in good]
    problems = [row.problem for row in rows if row.problem]
    count = f"{len(good)} collected, {len(problems)} not."
    return "\n".join([*lines, "", *problems, *notes, count])


def _fate(row: Collected) -> str:
    fate = "replaced" if row.replaced else "unchanged" if row.unchanged else "new"
    return f"{fate}  ({row.note})" if row.note else fate
