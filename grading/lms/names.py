"""What the names of files and folders say: who handed in, and for which assignment."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

# Canvas appends -1 to a file handed in again, browsers append (1) to one downloaded again.
AGAIN = re.compile(r"(?:-[0-9]+|\s*\([0-9]+\))$")
RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]|con(?:in|out)\$)(?:\..*)?", re.I)
FORBIDDEN = set('<>:"/\\|?*+')
LONGEST = 120  # bytes of a name in an id, so that the path stays short enough everywhere


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, and what the student called it."""

    student: str
    file: str
    full_name: str | None = None
    lms_user_id: str | None = None
    attachment: int | None = None  # Canvas counts them up over all uploads
    folder: str = ""  # the assignment whose folder the file stands in, as nbgrader stores it

    @classmethod
    def of_user(cls, match: re.Match, file: str, attachment: int | None = None) -> "Owner":
        """Return the user of an LMS whose name, if there is one, and id a pattern has found."""
        name, number = match["name"] or "", match["id"]
        return cls(student_id(name, number), file, name or None, number, attachment)


def student_id(name: str, number: str) -> str:
    """Return a folder name for a person of an LMS; the number keeps namesakes apart."""
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())
    kept = "".join(c if _stays(c) else " " for c in lower)
    words = kept.encode()[:LONGEST].decode(errors="ignore").split()
    return "-".join([*(words or ["student"]), number])


def _stays(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in "0123456789"


def is_safe(student: str) -> bool:
    """Return whether an id is a folder name on any system, and one that nbgrader takes."""
    return (
        bool(student)
        and student == unicodedata.normalize("NFC", student).strip()
        and not student.startswith(".")
        and not student.endswith(".")
        and student.isprintable()
        and not FORBIDDEN & set(student)
        and len(student.encode()) <= 200
        and not RESERVED.fullmatch(student)
    )


def spellings(file: str) -> list[str]:
    """Return a notebook's name without its ending, and then without each -1 or (1) behind it."""
    stems = [file[: -len(".ipynb")].casefold()]
    while (shorter := AGAIN.sub("", stems[-1])) not in (stems[-1], ""):
        stems.append(shorter)
    return stems


def assignment_of(file: str, assignments: Collection[str]) -> str | None:
    """Return the assignment that a notebook's name stands for; None where it is none."""
    names = {name.casefold(): name for name in assignments}
    return next((names[stem] for stem in spellings(file) if stem in names), None)


def is_notebook(file: str) -> bool:
    """Return whether a file's name is a notebook's."""
    return file.lower().endswith(".ipynb")
