"""Who handed in each file of an export, and for which assignment."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from grading.gradebook.row import Enrolled
from grading.lms import blackboard, google
from grading.lms.brightspace import INDEX
from grading.lms.formats import owner
from grading.lms.incoming import File, Incoming, Unreadable, shown
from grading.lms.names import Owner, is_safe, plain_name
from grading.lms.people import ClassList, Contradicted, Doubtful, bears, sentence
from grading.lms.selection import Candidate, Collected
from grading.lms.teams import Teams
from grading.lms.titles import (
    Contents,
    assignment_of,
    exactly,
    is_notebook,
    is_plain,
    notebook_cells,
)

PACKED = (".zip", ".7z", ".rar", ".gz", ".tar")
LATER = "{} is no notebook, though of a later attempt than the notebook that counts: look at it."
PACKED_ONCE_MORE = "{} is packed once more: unpack it and collect the notebook in it."
NO_ASSIGNMENT = "{} is named like no assignment: collect it with --assignment."
NOBODY = Owner("", "")
BY_NUMBER = "known by the number alone: the class list has no name"


@dataclass
class Sorter:
    """Hold an export and what is known of the course; `candidates` and `lost` are the outcome."""

    found: Incoming
    contents: Contents
    assignment: str | None
    people: Collection[Enrolled]
    teams: Teams | None
    candidates: list[Candidate] = field(default_factory=list)
    lost: list[Collected] = field(default_factory=list)

    @property
    def names(self) -> Collection[str]:
        """Return the names of the assignments."""
        return self.contents.solutions

    @cached_property
    def owners(self) -> dict[File, Owner | None]:
        """Return whose each file is, as far as the names in the export say."""
        files = self.found.files
        tops = {file.parts[0] if file.parts[1:] else None for file in files}
        known = {person.student for person in self.people}
        numbers = {person.lms_user_id for person in self.people} - {None}
        wrapped = len(tops) == 1 and None not in tops and not tops & known
        read = {file: owner(file.parts, self.names, wrapped) for file in files}
        for file, who in read.items():
            if who is None or who.lms == "nbgrader":
                found = google.of_class_list(file.parts, self.people, wrapped)
                read[file] = replace(found, lms="google") if found else who
        shared = {file.parts[:-1] for file, who in read.items() if who and who.lms == "google"}
        for file, who in read.items():
            if who and who.lms == "nbgrader" and file.parts[:-1] in shared:
                read[file] = None  # a folder with the files of several people is no person
        return _unblinded(blackboard.with_usernames(read, known | numbers))

    @cached_property
    def class_list(self) -> ClassList:
        """Return the class list, which knows who else is in the export."""
        return ClassList(self.people, [who for who in self.owners.values() if who])

    @cached_property
    def is_of_teams(self) -> bool:
        """Return whether folders may be teams: it was said, or one is a team, or bears its number.

        A team's number is no participant's, so only where nothing speaks for teams does a number
        that the class list does not know belong to a new person.
        """
        return bool(self.teams) or any(
            who.is_team or self._is_doubtful(who) for who in self.owners.values() if who
        )

    def _is_doubtful(self, who: Owner) -> bool:
        try:
            self.class_list.find(who)
        except Contradicted:
            return who.lms == "moodle"
        except Doubtful:
            return False
        return False

    def sort(self) -> None:
        """Put each file among `candidates` or `lost`; one that is no notebook only if it must."""
        others = []
        for file, who in self.owners.items():
            if not self._may_be_notebook(file):
                others += [] if file in self.files_of_the_lms else [(file, who)]
            elif problem := _problem(file, who):
                self.lost.append(Collected(file.name, problem=problem))
            else:
                self._add(file, who)
        self.lost += self._no_notebooks(others)

    def _no_notebooks(self, others: list[tuple[File, Owner | None]]) -> Iterator[Collected]:
        """Report a zip in the zip always, any other file where its student gave no notebook.

        So is one of a later attempt than the notebook's.
        """
        named = {_named(self.owners[candidate.file]) for candidate in self.candidates}
        latest = _latest(self.candidates)
        for file, who in others:
            one = self._known(who)
            if file.parts[-1].lower().endswith(PACKED):
                yield _lost(file, one, PACKED_ONCE_MORE.format(file.name))
            elif one.time and one.time > latest.get(one.student, one.time):
                yield _lost(file, one, LATER.format(file.name))
            elif _named(who) not in named and one.student not in latest:
                yield _lost(file, one, f"{file.name} is no notebook.")

    @cached_property
    def files_of_the_lms(self) -> set[File]:
        """Return what an LMS put there by itself; a receipt alone may hold a text."""
        listed = any(who and who.lms == "brightspace" for who in self.owners.values())
        ignored = {"timestamp.txt", *([INDEX] if listed else [])}
        names = {file: file.parts[-1] for file in self.owners}
        receipts = blackboard.receipts(set(names.values()))
        return {file for file, name in names.items() if name.lower() in ignored or name in receipts}

    def _known(self, who: Owner | None) -> Owner:
        """Return an owner as the class list knows them; nobody where that is unclear."""
        try:
            return self.class_list.find(who)[0] if who else NOBODY
        except Doubtful:
            return NOBODY

    def _may_be_notebook(self, file: File) -> bool:
        """Return whether a file is a notebook by its name, or else by what is in it."""
        if is_notebook(file.parts[-1]):
            return True
        if not file.start(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        return notebook_cells(self._content(file)) is not None

    def _content(self, file: File) -> bytes:
        try:
            return self.found.content(file)
        except Unreadable:
            return b""

    def _add(self, file: File, who: Owner) -> None:
        """Find out the assignment and the people: a team's notebook counts for each member."""
        name, how = self._assignment(file, who)
        try:
            owners = self._people(file, who)
        except Doubtful as doubt:
            self.lost.append(Collected(file.name, problem=sentence(file.name, who, doubt)))
            return
        for one, known in owners:
            if name:
                notes = [note for note in (how, known) if note]
                self.candidates.append(Candidate(file, one, name, tuple(notes)))
            else:
                self.lost.append(_lost(file, one, NO_ASSIGNMENT.format(file.name)))

    def _assignment(self, file: File, who: Owner) -> tuple[str, str]:
        """Return the assignment, "" where it is unclear, and how it is known where that is odd."""
        if self.assignment:
            return self.assignment, ""
        if name := exactly(who.file, self.names):
            return name, "" if is_plain(who.file) else f"{shown(who.file)} was renamed"
        if name := assignment_of(who.file, self.names) or who.folder:
            return name, f"{shown(who.file)} was renamed"
        if name := self.contents.assignment_of(self._content(file)):
            return name, f"{shown(who.file)} was renamed: its cells are {name}'s"
        return "", ""

    def _people(self, file: File, who: Owner) -> list[tuple[Owner, str]]:
        """Return everybody for whom a file counts, each with a note; raise Doubtful."""
        is_named = self.teams and who.full_name and who.lms in ("moodle", "canvas")
        may_be_team = is_named and not self._is_person(who)
        if may_be_team and (found := self.teams.members(who.full_name, self.people)):
            return self._members(file, who, *found)
        if who.is_team:
            raise Doubtful(self._unknown_team())
        one, how = self.class_list.find(who)
        if self.is_of_teams and who.lms == "moodle" and how not in ("name", "number"):
            raise Doubtful(self._unknown_team())
        person = next((p for p in self.people if p.student == one.student), None)
        if how == "number" and who.full_name and not (person.first_name or person.last_name):
            if self.is_of_teams:
                raise Doubtful("the class list has only the number, which may be a team's")
            return [(one, BY_NUMBER)]
        return [(one, "known by the name" if how == "name" and who.lms_user_id else "")]

    def _is_person(self, who: Owner) -> bool:
        """Return whether number and name are those of one person, so that no team is meant."""
        try:
            one, how = self.class_list.find(who)
        except Doubtful:
            return False
        return how == "number" and any(
            p.student == one.student and bears(p, who.full_name) for p in self.people
        )

    def _members(
        self, file: File, who: Owner, members: list[Enrolled], others: list[tuple[str, str]]
    ) -> list[tuple[Owner, str]]:
        """Return the members of a team; whom it names else is put among what is lost, with why."""
        team = shown(who.full_name)
        for name, why in others:
            problem = f"{file.name}: {shown(name)} of {team} {why}."
            self.lost.append(Collected(file.name, problem=problem))
        if not members:
            raise Doubtful("nobody of this team can be told on the class list")
        as_team = replace(who, full_name=None, lms_user_id=None)
        return [(replace(as_team, student=p.student), f"by the team {team}") for p in members]

    def _unknown_team(self) -> str:
        if self.teams:
            return f"{self.teams.name} has no team of that name"
        return (
            "where teams hand in that is a team: say who is in it with --teams, a CSV file such "
            "as Moodle's grading worksheet"
        )


def _unblinded(owners: dict[File, Owner | None]) -> dict[File, Owner | None]:
    """Take the name from Moodle's owners where all bear one: blind marking, in any language."""
    moodle = [who for who in owners.values() if who and who.lms == "moodle" and not who.is_team]
    names, numbers = {who.full_name for who in moodle}, {who.lms_user_id for who in moodle}
    if len(names) != 1 or len(numbers) < 2:
        return owners
    return {
        file: replace(who, full_name=None) if who in moodle else who for file, who in owners.items()
    }


def _problem(file: File, who: Owner | None) -> str:
    if who is None:
        return f"{file.name}: nobody can tell whose it is; put it into a student's folder."
    if not who.is_team and not is_safe(who.student):
        return f"{file.name}: {shown(who.student)} cannot be a student's folder; rename it."
    return ""


def _latest(candidates: list[Candidate]) -> dict[str, datetime]:
    """Return student → when they handed in a notebook last, as far as the LMS says it."""
    owners = [candidate.owner for candidate in candidates]
    times = sorted((owner.time or datetime.max, owner.student) for owner in owners)
    return {student: time for time, student in times}


def _named(who: Owner | None) -> tuple[str, str | None] | None:
    """Return what all files of one owner share, be it a person or a team."""
    return who and (who.student, who.full_name)


def _lost(file: File, who: Owner, problem: str) -> Collected:
    """Return a file that goes nowhere, with all that is known of its owner for the class list."""
    name = who.full_name and plain_name(who.full_name)
    known = Collected(file.name, who.student, full_name=name, lms_user_id=who.lms_user_id)
    return replace(known, problem=problem)
