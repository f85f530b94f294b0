"""How a learner's predictions came out: the misses first, and of those the surest."""

from lesson.predictions.kept import Kept, kept_file, read_kept
from lesson.predictions.questions import Question, read_questions

Result = tuple[Question, Kept]


def missed(lesson: str) -> list[Question]:
    """Return the predictions of one lesson that were kept and not right, the surest first."""
    found, _ = read_results()
    return [asked for asked, kept in found if asked.lesson == lesson and not is_right(asked, kept)]


def is_right(question: Question, choice: Kept) -> bool:
    """Return whether what was chosen is the right choice."""
    return choice.text == question.choices[question.right].text


def read_results() -> tuple[list[Result], list[str]]:
    """Return what was kept of today's questions, and a sentence on everything else."""
    try:
        kept, unread = read_kept()
    except OSError as error:
        return [], [f"{kept_file()} cannot be read ({error.strerror})."]
    asked = [choice for choice in kept.values() if _is_asked(choice)]
    found = [(read_questions()[choice.name], choice) for choice in asked]
    return sorted(found, key=_order), _notes(len(kept) - len(asked), unread)


def _is_asked(choice: Kept) -> bool:
    """Return whether a choice is one of today's: a newer course may ask otherwise."""
    question = read_questions().get(choice.name)
    return question is not None and question.letter(choice.text) is not None


def _order(result: Result) -> tuple[bool, int, int]:
    question, choice = result
    place = list(read_questions()).index(question.name)
    return is_right(question, choice), -(choice.sure or 0), place


def _notes(older: int, unread: int) -> list[str]:
    notes = []
    if older:
        notes.append(f"Left out, since this version of the course asks otherwise: {older}.")
    if unread:
        notes.append(f"Left out, since these lines of {kept_file()} cannot be read: {unread}.")
    return notes
