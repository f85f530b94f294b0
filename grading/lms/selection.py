"""Which file is whose answer to what, and which one of several counts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grading.lms.formats import owner
from grading.lms.incoming import File, shown
from grading.lms.names import Owner, assignment_of, is_notebook, is_safe, spellings

PACKED = (".zip", ".7z", ".rar", ".gz", ".tar")


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


@dataclass(frozen=True)
class Candidate:
    """A file that was handed in, by whom, and for which assignment ("" if that is unclear)."""

    file: File
    owner: Owner
    assignment: str

    @property
    def is_named(self) -> bool:
        """Return whether the student named it as the assignment is named."""
        return assignment_of(self.owner.file, [self.assignment]) is not None

    def collected(self, **more: object) -> Collected:
        """Return what became of it, with what is known of its owner."""
        who = self.owner
        name = who.full_name and shown(who.full_name)
        known = Collected(self.file.name, who.student, self.assignment, name, who.lms_user_id)
        return replace(known, **more)


def identify(
    files: list[File], assignments: list[str], assignment: str | None, known: dict[str, str]
) -> tuple[list[Candidate], list[Collected]]:
    """Return the notebooks that can be collected, and what becomes of the files that cannot."""
    tops = {file.parts[0] if file.parts[1:] else None for file in files}
    wrapped = len(tops) == 1 and None not in tops
    candidates, lost, others = [], [], []
    for file in files:
        who = owner(file.parts, assignments, wrapped)
        if who and who.lms_user_id in known:
            who = replace(who, student=known[who.lms_user_id])
        if not is_notebook(file.parts[-1]):
            others.append((file, who))
        elif problem := _problem(file, who):
            lost.append(Collected(file.name, problem=problem))
        elif name := assignment or assignment_of(who.file, assignments) or who.folder:
            candidates.append(Candidate(file, who, name))
        else:
            lost.append(Collected(file.name, who.student, problem=_no_assignment(file)))
    have = {candidate.owner.student for candidate in candidates}
    return candidates, lost + list(_no_notebooks(others, have))


def _problem(file: File, who: Owner | None) -> str:
    if who is None:
        return f"{file.name}: nobody can tell whose it is; put it into a student's folder."
    if not is_safe(who.student):
        return f"{file.name}: {shown(who.student)} cannot be a student's folder; rename it."
    return ""


def _no_assignment(file: File) -> str:
    return f"{file.name} is named like no assignment: collect it with --assignment."


def _no_notebooks(others: list[tuple[File, Owner | None]], have: set[str]) -> Iterator[Collected]:
    """Report a zip in the zip always, any other file where its student gave no notebook."""
    for file, who in others:
        name = file.parts[-1].lower()
        student = who.student if who else ""
        if name.endswith(PACKED):
            problem = f"{file.name} is packed once more: unpack it and collect the notebook in it."
            yield Collected(file.name, student, problem=problem)
        elif student not in have and name != "timestamp.txt":
            yield Collected(file.name, student, problem=f"{file.name} is no notebook.")


def choose(
    candidates: list[Candidate], digests: dict[File, str]
) -> tuple[list[Candidate], list[Collected]]:
    """Pick one notebook for each student and assignment; return also which were left, and why."""
    groups, chosen, left = defaultdict(list), [], []
    for candidate in candidates:
        groups[candidate.owner.student.casefold(), candidate.assignment].append(candidate)
    for group in groups.values():
        best = [candidate for candidate in group if candidate.is_named] or group
        left += [_left(candidate, best[0]) for candidate in group if candidate not in best]
        picked = _newest(best)
        if len({digests[candidate.file] for candidate in picked}) == 1 and _one_spelling(picked):
            chosen.append(picked[0])
        else:
            left.append(picked[0].collected(problem=_several(picked)))
    return chosen, left


def _one_spelling(candidates: list[Candidate]) -> bool:
    return len({candidate.owner.student for candidate in candidates}) == 1


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
