"""Say for which answers --as-read has counted: for what a person could have read, and no other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from grading.gradebook.book import Book, open_book
from grading.gradebook.row import GRADED, WAITING, Row

COUNTS = "The mark of {student} in {assignment} counts now: {score:g} of {max_score:g} points."
NOTHING_HELD = "Nothing of {student} in {assignment} was to be read: --as-read has changed nothing."
UNREAD = (
    "--as-read has not counted for {assignment} of {student}: what lies in submitted/ now was not "
    "left to you to read before. Read it, then say --as-read again."
)
ANOTHER = (
    "--as-read has not counted for {assignment} of {student}: another answer lies in submitted/ "
    "now, and its mark counts without."
)


@dataclass(frozen=True)
class Answer:
    """Hold what the gradebook knows of an answer, and the SHA-256 of its file, "" for none."""

    row: Row
    file: str

    def is_of(self, other: "Answer") -> bool:
        """Return whether it is the same answer, be it in another file."""
        mine, theirs = self.row.result, other.row.result
        same = mine is not None and theirs is not None and mine.answers == theirs.answers
        return same or self.file == other.file


Answers = dict[tuple[str, str], Answer]


def answers(root: Path, names: Iterable[str], students: Collection[str]) -> Answers:
    """Return assignment and student → answer, for these assignments and students."""
    if not students:
        return {}
    with open_book(root) as book:
        found = [answer for name in names for answer in _answers(book, name)]
    rows = {(answer.row.assignment, answer.row.student): answer for answer in found}
    return {which: answer for which, answer in rows.items() if which[1] in students}


def read(before: Answers, now: Answers) -> tuple[list[str], list[str]]:
    """Return a sentence for each mark that counts since it was read, and for each said in vain."""
    told = [(before.get(which), answer) for which, answer in now.items()]
    counts = [_said(COUNTS, now.row) for was, now in told if _counts(was, now)]
    return counts, [sentence for was, now in told for sentence in _in_vain(was, now)]


def _answers(book: Book, assignment: str) -> Iterable[Answer]:
    files = book.examined_files(assignment)
    return [Answer(row, files.get(row.student, "")) for row in book.rows(assignment)]


def _counts(was: Answer | None, now: Answer) -> bool:
    return _waited(was) and now.is_of(was) and now.row.status == GRADED


def _in_vain(was: Answer | None, now: Answer) -> list[str]:
    same = was is not None and now.is_of(was)
    if now.row.status in WAITING and not (same and _waited(was)):
        return [_said(UNREAD, now.row)]
    if _waited(was) and now.row.status == GRADED and not same:
        return [_said(ANOTHER, now.row)]
    graded = was is not None and was.row.status == now.row.status == GRADED
    needless = graded and now.row.result and not now.row.result.to_read
    return [_said(NOTHING_HELD, now.row)] if needless else []


def _waited(was: Answer | None) -> bool:
    return was is not None and was.row.status in WAITING


def _said(sentence: str, row: Row) -> str:
    named = {name: getattr(row, name) for name in ("student", "assignment", "score", "max_score")}
    return sentence.format(**named)
