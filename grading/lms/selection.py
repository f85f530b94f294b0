"""Which one counts of several notebooks that are for one assignment."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from grading.lms.incoming import File, shown
from grading.lms.names import Owner, plain_name
from grading.lms.titles import assignment_of, exactly, is_plain, spellings


@dataclass(frozen=True)
class Collected:
    """One notebook, and where it went; or one file and the sentence why it went nowhere."""

    source: str
    student: str = ""
    assignment: str = ""
    full_name: str | None = None
    lms_user_id: str | None = None
    path: Path | None = None
    replaced: bool = False
    unchanged: bool = False
    problem: str = ""
    note: str = ""
    lms: str = ""
    source_path: str = ""  # in the export, as it is named there
    timestamp: str = ""
    kept: Path | None = None  # where what it replaced lies


@dataclass(frozen=True)
class Candidate:
    """A notebook that was handed in, by whom, for which assignment, and what is odd about it."""

    file: File
    owner: Owner
    assignment: str
    notes: tuple[str, ...] = ()

    @property
    def likeness(self) -> int:
        """Return how far the student named it as the assignment is named."""
        names = [self.assignment]
        is_exact = exactly(self.owner.file, names) is not None
        return (assignment_of(self.owner.file, names) is not None) + is_exact * (
            1 + is_plain(self.owner.file)
        )

    def collected(self, **more: object) -> Collected:
        """Return what became of it, with what is known of its owner."""
        who = self.owner
        name = who.full_name and plain_name(who.full_name)
        known = Collected(self.file.name, who.student, self.assignment, name, who.lms_user_id)
        known = replace(known, lms=who.lms, source_path=_text("/".join(self.file.parts)))
        return replace(known, note="; ".join(self.notes), **more)


def _text(path: str) -> str:
    """Return a path as text that any database takes: a folder's names may be no text."""
    return path.encode(errors="replace").decode()


def choose(
    candidates: list[Candidate], digests: dict[File, str], known: Collection[str] = ()
) -> tuple[list[Candidate], list[Collected]]:
    """Pick one notebook for each student and assignment; return also which were left, and why.

    `known` are the ids on the class list.
    """
    groups, chosen, left = defaultdict(list), [], []
    for candidate in candidates:
        groups[candidate.owner.student.casefold(), candidate.assignment].append(candidate)
    for attempts in groups.values():
        group = _last_attempt(attempts)
        if _are_of_several(group, known):
            left.append(Collected(group[0].file.name, problem=_nobodys(group)))
            continue
        likeness = max(candidate.likeness for candidate in group)
        best = [candidate for candidate in group if candidate.likeness == likeness]
        left += [_left(candidate, best[0]) for candidate in group if candidate not in best]
        picked = _newest(best)
        if len({digests[candidate.file] for candidate in picked}) == 1 and _one_spelling(picked):
            chosen.append(picked[0])
        else:
            left.append(picked[0].collected(problem=_several(picked)))
    return chosen, left


def _are_of_several(group: list[Candidate], known: Collection[str]) -> bool:
    """Return whether a folder that bears no known name may hold the files of several people."""
    names = {spellings(candidate.owner.file)[-1] for candidate in group}
    plain = all(c.owner.lms == "nbgrader" and not c.owner.folder for c in group)
    return plain and len(names) > 1 and group[0].owner.student not in known


def _nobodys(group: list[Candidate]) -> str:
    names = " and ".join(candidate.file.name for candidate in group)
    return (
        f"{names} lie in one folder: where they are by several people, put each into a folder "
        f"named after its student; where {shown(group[0].owner.student)} is one person, keep one."
    )


def _one_spelling(candidates: list[Candidate]) -> bool:
    return len({candidate.owner.student for candidate in candidates}) == 1


def _last_attempt(candidates: list[Candidate]) -> list[Candidate]:
    """Return what was handed in last where the LMS says when, else all."""
    times = [candidate.owner.time for candidate in candidates]
    return [one for one in candidates if not all(times) or one.owner.time == max(times)]


def _newest(candidates: list[Candidate]) -> list[Candidate]:
    """Return Canvas' last upload where all bear one name, else all: no one can tell."""
    names = {spellings(candidate.owner.file)[-1] for candidate in candidates}
    if len(names) == 1 and all(candidate.owner.attachment is not None for candidate in candidates):
        return [max(candidates, key=lambda candidate: candidate.owner.attachment)]
    return candidates


def _left(candidate: Candidate, taken: Candidate) -> Collected:
    problem = f"{candidate.file.name} was left: {taken.file.name} bears the assignment's name."
    return candidate.collected(problem=problem)


def _several(candidates: list[Candidate]) -> str:
    names = " and ".join(candidate.file.name for candidate in candidates)
    return (
        f"{names} are all for {candidates[0].assignment} by {candidates[0].owner.student}: "
        "keep one of them and collect again."
    )
