"""Who on the class list handed a file in, told by number and name; a doubt is a sentence."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from grading.gradebook.row import Enrolled
from grading.lms.incoming import shown
from grading.lms.names import Owner, compared, words

# These give a person one id for ever; elsewhere the number is another one for each assignment.
LASTING = ("canvas", "blackboard")


class Doubtful(Exception):
    """Raised with the end of a sentence where it is not sure whose a file is."""


class Contradicted(Doubtful):
    """Raised where the number is one person's, and the name is another's or a team's."""


class ClassList:
    """Know everybody on the class list, by number, by name and by the id in this course."""

    def __init__(self, people: Collection[Enrolled], owners: Collection[Owner]) -> None:
        """Take the class list, and all owners in the export: namesakes are told from those."""
        self.people = people
        named = {(owner.lms_user_id, owner.full_name) for owner in owners if owner.full_name}
        self.namesakes = Counter(name for _, name in named)
        self.numbers = {owner.lms_user_id for owner in owners}

    def find(self, owner: Owner) -> tuple[Owner, str]:
        """Return the owner as the class list knows them, and how: number, name, id or "".

        Raises Doubtful where number and name are those of two people, or several bear the name.
        """
        if owner.lms_user_id and (person := self._numbered(owner)):
            return replace(owner, student=person.student), "number"
        if person := self._named(owner):
            return replace(owner, student=person.student), "name"
        return owner, "id" if any(p.student == owner.student for p in self.people) else ""

    def _numbered(self, owner: Owner) -> Enrolled | None:
        number = owner.lms_user_id.casefold()
        found = [p for p in self.people if number == (p.lms_user_id or "").casefold()]
        if owner.lms == "blackboard" and not found:
            found = [p for p in self.people if number == p.student.casefold()]
        if len(found) > 1:
            both = " and ".join(person.student for person in found)
            raise Doubtful(f"the class list gives its number to {both}")
        if found and owner.full_name and not agrees(found[0], owner.full_name):
            raise Contradicted(
                f"on the class list {owner.lms_user_id} is {called(found[0])}: is it a team's "
                "number (see --teams), or does the class list need another name or number"
            )
        return found[0] if found else None

    def _named(self, owner: Owner) -> Enrolled | None:
        if not owner.full_name:
            return None
        found = [p for p in self.people if bears(p, owner.full_name) and self._is_free(p, owner)]
        if found and (len(found) > 1 or self.namesakes[owner.full_name] > 1):
            raise Doubtful(
                "several people bear this name: give the class list their numbers, or put it into "
                "a folder named after its student's id"
            )
        return found[0] if found else None

    def _is_free(self, person: Enrolled, owner: Owner) -> bool:
        """Return whether no number says that this person is another one of the same name."""
        if owner.lms in LASTING:
            return not person.lms_user_id
        return person.lms_user_id not in self.numbers or not person.lms_user_id


def called(person: Enrolled) -> str:
    """Return a person's name; the id of one without."""
    return " ".join(filter(None, [person.first_name, person.last_name])) or person.student


def bears(person: Enrolled, name: str) -> bool:
    """Return whether this is the person's name, whichever part stands first."""
    both = [person.first_name or "", person.last_name or ""]
    ways = {compared(" ".join(way)) for way in (both, both[::-1])} - {""}
    # A list that collect wrote some time ago has what cannot be seen spelled out.
    return not ways.isdisjoint((compared(name), compared(shown(name))))


def agrees(person: Enrolled, name: str) -> bool:
    """Return whether a name may be this person's: with a middle name more or less, but no team's.

    A person of whom the class list has no name may be called anything.
    """
    if not (person.first_name or person.last_name) or bears(person, name):
        return True
    # Moodle before 4.1 writes the team before the name of each member: "Team A-Ada Lovelace".
    _, dash, member = name.partition("-")
    if dash and bears(person, member):
        return True
    theirs, said = words(called(person)), words(name)
    short, long = sorted([theirs, said], key=len)
    return len(short) > 1 and set(short) <= set(long) and {long[0], long[-1]} <= set(short)


def sentence(file: str, owner: Owner, doubt: Doubtful) -> str:
    """Return what is said of a file that goes to nobody."""
    name = shown(owner.full_name or owner.student)
    return f"{file} goes to nobody: it is {name}'s, and {doubt}."
