"""Whose file it is: the names that Moodle, Canvas and nbgrader give to what students hand in."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

MOODLE = re.compile(r"(?P<name>[^_]*)_(?P<id>[0-9]+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
# Canvas writes LATE in capitals or not, and no name where marking is anonymous.
CANVAS = re.compile(
    r"(?:(?P<name>.+?)_)?(?:late_)?(?P<id>[0-9]+)_"
    r"(?:(?P<attachment>[0-9]+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))",
    re.IGNORECASE | re.DOTALL,
)
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


def owner(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Return whose file it is by its path; None where no known layout fits.

    `wrapped` says that everything lies in one folder, as unpacked zips often do.
    """
    return _moodle(parts) or _canvas(parts, wrapped) or _nbgrader(parts, assignments, wrapped)


def student_id(name: str, number: str) -> str:
    """Return a folder name for a person of an LMS; the number keeps namesakes apart."""
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())
    kept = "".join(c if _stays(c) else " " for c in lower)
    words = kept.encode()[:LONGEST].decode(errors="ignore").split()
    return "-".join([*(words or ["student"]), number])


def _stays(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in "0123456789"


def is_safe(student: str) -> bool:
    """Say whether an id is a folder name on any system, and one that nbgrader takes."""
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


def meant(file: str, assignments: Collection[str]) -> str | None:
    """Return the assignment that a notebook's name stands for; None where it is none."""
    names = {name.casefold(): name for name in assignments}
    return next((names[stem] for stem in spellings(file) if stem in names), None)


def is_notebook(file: str) -> bool:
    """Say whether a file's name is a notebook's."""
    return file.lower().endswith(".ipynb")


def _moodle(parts: tuple[str, ...]) -> Owner | None:
    for depth, part in enumerate(parts[:3], start=1):
        if match := MOODLE.fullmatch(part):
            return _from_lms(match, parts[-1] if depth < len(parts) else match["file"] or "")
    return None


def _canvas(parts: tuple[str, ...], wrapped: bool) -> Owner | None:
    match = CANVAS.fullmatch(parts[-1])
    if not match or len(parts) > 1 + wrapped:
        return None
    return _from_lms(match, match["file"] or match["text"], int(match["attachment"] or 0))


def _from_lms(match: re.Match, file: str, attachment: int | None = None) -> Owner:
    name, number = match["name"] or "", match["id"]
    return Owner(student_id(name, number), file, name or None, number, attachment)


def _nbgrader(parts: tuple[str, ...], assignments: Collection[str], wrapped: bool) -> Owner | None:
    """Read alice/practice.ipynb and alice/practice/practice.ipynb, below submitted/ or not."""
    if "submitted" in parts[:2]:
        parts, wrapped = parts[parts.index("submitted") + 1 :], False
    *folders, file = parts or [""]
    names = {name.casefold(): name for name in assignments}
    folder = names.get(folders[-1].casefold(), "") if len(folders) > 1 else ""
    students = folders[:-1] if folder else folders
    if not students or len(students) > 1 + wrapped:
        return None
    return Owner(unicodedata.normalize("NFC", students[-1]), file, folder=folder)
