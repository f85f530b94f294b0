"""What the names of files and folders say of people: who handed in, and under which id."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]|con(?:in|out)\$)(?:\..*)?", re.I)
FORBIDDEN = set('<>:"/\\|?*+')
LONGEST = 120  # bytes of a name in an id, so that the path stays short enough everywhere
LONGEST_NAME = 200  # characters of a name on the class list
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # with which some languages spell
ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, and what the student called it.

    `time` is when, in the LMS's own zone, where the name says so. `is_team` says that the name is
    surely a team's and no person's, `is_late` that the LMS calls it late.
    """

    student: str
    file: str
    full_name: str | None = None
    lms_user_id: str | None = None
    attachment: int | None = None  # Canvas counts them up over all uploads
    folder: str = ""  # the assignment whose folder the file stands in, as nbgrader stores it
    lms: str = ""
    time: datetime | None = None
    is_team: bool = False
    is_late: bool = False

    @classmethod
    def of_user(cls, match: re.Match, file: str, attachment: int | None = None) -> "Owner":
        """Return the user of an LMS whose name, if there is one, and id a pattern has found."""
        name, number = match["name"] or "", match["id"]
        return cls(student_id(name, number), file, name or None, number, attachment)


def student_id(name: str, number: str = "") -> str:
    """Return a folder name for a person of an LMS; the number keeps namesakes apart."""
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())
    kept = "".join(c if _stays(c) else " " for c in lower)
    words = kept.encode()[:LONGEST].decode(errors="ignore").split()
    return "-".join([*(words or ["student"]), *filter(None, [number])])


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


def plain_name(name: str) -> str:
    """Return a name as the class list keeps it: of what cannot be seen, what spells it alone."""
    kept = "".join(map(_plain, unicodedata.normalize("NFC", name)))
    return " ".join(kept.split())[:LONGEST_NAME].strip()


def _plain(sign: str) -> str:
    if sign.isprintable() or sign in JOINERS:
        return sign
    is_format = unicodedata.category(sign) == "Cf" and sign != ZERO_WIDTH_SPACE
    return "" if is_format else " "


def compared(name: str) -> str:
    """Return what two spellings of one name share; of a name without a letter, the name itself."""
    return "".join(words(name)) or plain_name(name)


@lru_cache(10_000)  # each name is compared with each other one
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name as people compare them: no capitals, accents or apostrophes."""
    plain = re.sub(rf"['`\u2019{JOINERS}]", "", plain_name(name))
    plain = unicodedata.normalize("NFKD", plain).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(re.findall(r"[^\W_]+", kept))
