"""Say at the top of the feedback how strong the learner is on the pattern."""

import re
from dataclasses import dataclass

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade

from grading.examining.notebook import OWN
from grading.examining.release import NAMESPACE

LEVELS = ("easy", "medium", "hard")
OTHER = "other"  # of a question whose heading the student deleted
HEADING = re.compile(rf"^##+ (Question|Rule) (\d+) · ({'|'.join(LEVELS)}) ·", re.MULTILINE)
SECTION = re.compile(r'^section = "([^"\n]+)"$', re.MULTILINE)


@dataclass(frozen=True)
class QuestionScore:
    """Hold what one question or rule brought; `section` says what to revisit, where that is known.

    A question's hidden test names it, and the metadata of a rule's check. What a message says is no
    source for it: an answer of the student's server may stand in there.
    """

    number: int
    level: str
    score: float
    points: float
    section: str | None
    asked: str = "question"


class ShowStrength(NbGraderPreprocessor):
    """Put the points by difficulty, a verdict and the sections to revisit on top of the feedback.

    Sections stand in the hidden tests, so this step goes before the one that takes those out, and
    behind nbgrader's own, which writes the scores into the cells.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Return the notebook with its summary, or as it is where no heading names a difficulty."""
        found = results(nb)
        if found:
            nb.cells.insert(0, new_markdown_cell(summary(found), id="strength"))
        return nb, resources


def results(notebook: NotebookNode) -> list[QuestionScore]:
    """Return the result of each question in order: question 3 is what the cell check-3 grades.

    A notebook in which no heading names a difficulty has none.
    """
    ours = [cell for cell in notebook.cells if not cell.get("id", "").startswith(OWN)]
    prose = [cell.source for cell in ours if cell.cell_type == "markdown"]
    found = HEADING.findall("\n".join(prose))
    heads = {number: (level, asked.lower()) for asked, number, level in found}
    checks = [cell for cell in notebook.cells if is_grade(cell) and _number(cell)]
    brought = [_result(cell, *heads.get(_number(cell), (OTHER,))) for cell in checks]
    return sorted(brought, key=lambda result: result.number) if heads else []


def summary(found: list[QuestionScore]) -> str:
    """Return the cell's text: a table, one sentence, and the sections of what was missed."""
    parts = ["## How strong you are", _table(found), verdict(found)]
    return "\n\n".join([*parts, *_revisit(found)])


def verdict(found: list[QuestionScore]) -> str:
    """Return one sentence: strong from 80 % of the points, nearly there from 50 %, else not yet.

    In a test of 20 points, 9 of them for three hard questions, strong leaves room for one hard
    miss and no second one. Guessing brings 25 %.
    """
    share = sum(r.score for r in found) / (sum(r.points for r in found) or 1)
    if share >= 0.8:
        return f"**You are strong on the pattern:** {_points(found)} points."
    if share >= 0.5:
        return f"**You are nearly there:** {_points(found)} points. From 80 % you are strong."
    return f"**You are not there yet:** {_points(found)} points. From 50 % you are nearly there."


def _table(found: list[QuestionScore]) -> str:
    parts = {level: [r for r in found if r.level == level] for level in (*LEVELS, OTHER)}
    rows = [f"| {level} | {_points(part)} |" for level, part in parts.items() if part]
    # nbgrader's page sets the columns of a table without a gap.
    head = ["| difficulty&emsp; | points |", "|---|---|"]
    return "\n".join([*head, *rows, f"| **all** | {_points(found)} |"])


def _revisit(found: list[QuestionScore]) -> list[str]:
    """Return the list of sections behind questions that missed points, each section once."""
    missed: dict[str, list[str]] = {}
    for result in found:
        if result.section and result.score < result.points:
            missed.setdefault(result.section, []).append(str(result.number))
    asked = found[0].asked
    lines = [f"- {section} ({asked}{_listed(numbers)})" for section, numbers in missed.items()]
    return ["Worth another look:", "\n".join(lines)] if lines else []


def _listed(numbers: list[str]) -> str:
    """Return the rest of: questions 3 and 7."""
    *before, last = numbers
    return f"s {', '.join(before)} and {last}" if before else f" {last}"


def _points(found: list[QuestionScore]) -> str:
    """Return points as in: 4 of 8."""
    return f"{sum(r.score for r in found):g} of {sum(r.points for r in found):g}"


def _number(check: NotebookNode) -> str | None:
    named = re.fullmatch(r"check-(\d+)", check.metadata.nbgrader.grade_id)
    return named[1] if named else None


def _result(check: NotebookNode, level: str, asked: str = "question") -> QuestionScore:
    marks = check.metadata.nbgrader
    named = SECTION.search(check.source)
    section = named[1] if named else check.metadata.get(NAMESPACE, {}).get("section")
    return QuestionScore(int(_number(check)), level, marks.score, marks.points, section, asked)
