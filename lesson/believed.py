"""What a learner believed: a page of every kept prediction."""

from html import escape

from lesson.predictions.kept import Kept
from lesson.predictions.questions import Question, plain
from lesson.predictions.results import is_right, read_results
from lesson.quiz import read_quizzes
from lesson.tracing.layout import aligned, html_table

HEAD = ("lesson", "question", "you chose", "sure", "outcome", "what it says")


def believed() -> "Believed":
    """Return every prediction that was kept, misses first and those of which one was surest."""
    return Believed()


class Believed:
    """Show choices as a table, and as lines of text."""

    def __init__(self) -> None:
        found, self.notes = read_results()
        self.rows = [_row(question, choice) for question, choice in found]
        right = sum(is_right(question, choice) for question, choice in found)
        self.heading = (
            f"Predictions that are kept: {len(found)}. Of these are right: {right}."
            if found
            else 'None of your predictions is kept yet: put a letter into predict("…", "").'
        )

    def __repr__(self) -> str:
        """Return a line a prediction."""
        rows = aligned([HEAD, *self.rows]) if self.rows else []
        return "\n".join([self.heading, *rows, *self.notes])

    def _repr_html_(self) -> str:
        parts = [self.heading, *self.notes]
        table = html_table(HEAD, self.rows) if self.rows else ""
        return "".join(f"<p>{escape(part)}</p>" for part in parts) + table


def _row(question: Question, choice: Kept) -> tuple[str, ...]:
    says = question.choices[question.letter(choice.text)].says
    right = question.choices[question.right].text
    outcome = "right" if is_right(question, choice) else f"it is: {right}"
    sure = str(choice.sure or "")
    lesson = read_quizzes()[question.lesson]["title"]
    return lesson, *map(plain, (question.ask, choice.text, sure, outcome, says))
