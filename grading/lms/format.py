"""What the course knows of an LMS: the files that come from it, and those that go to it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.gradebook.row import Row
from grading.lms.filling import Template
from grading.lms.names import Owner


@dataclass(frozen=True)
class Format:
    """Hold how one LMS names what was handed in, and how it writes marks.

    `owner` returns whose file it is by its path; None where this LMS names no file so. It gets the
    names of the assignments too, and whether everything lies in one folder, as unpacked zips often
    do. `header` returns the columns, one of them with the assignment's title where the LMS has it
    so, and `row` what stands in them. `template` reads the CSV file downloaded from the LMS, for an
    assignment and the column that the instructor named; it is None where there is no such file.
    `returned` says under which name a page of feedback goes back in a zip: for the student's row,
    the path of the notebook in the LMS's export, and whether several share that path, as teams do.
    It returns None where the LMS would not know whose it is, and is None where it takes no zip.
    `numbers_agree` says that the number in a file's name is the one in the CSV file.
    """

    file_name: str
    owner: Callable[[tuple[str, ...], Collection[str], bool], Owner | None]
    header: Callable[[str], Sequence[str]]
    row: Callable[[Row], Sequence[object]]
    template: Callable[[Path, str, str | None], Template] | None
    returned: Callable[[Row, str, bool], str | None] | None = None
    has_all_assignments: bool = False
    numbers_agree: bool = False
