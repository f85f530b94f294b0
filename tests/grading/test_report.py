"""The class report: true, safe to open, readable for everyone, and the same every time."""

import argparse
import json
import random
import re
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from examiner import rotation_rules as public
from grading import book, report
from grading import rotation_rules as hidden
from grading.book import GRADED, MISSING, UNGRADED, Row
from grading.errors import GradingError
from grading.handed import read_rows, write_rows
from grading.result import Mark, Result

RULES = [*public.RULES, *hidden.RULES]
SCRIPT = "<script>window.forged = true</script>"
KEY = {1: "D", 2: "A", 3: "B", 4: "C", 5: "B"}
POINTS = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}


def code_class(repository: Path) -> list[Row]:
    """A class of 60 that handed in rotation: some ungraded, some missing, two who copied."""
    dice = random.Random(7)
    sources = sorted((repository / "tests/exercises/rotation/right").glob("[c-l]*.py"))
    rows = [_coder(f"student{n:02}", dice, sources[n % len(sources)]) for n in range(50)]
    copied = _coder("anna", random.Random(3), sources[0])
    rows += [copied, _copied(copied, "bert")]
    reason = f"The cell answer-rotation stands there twice {SCRIPT}."
    rows += [Row(name, "rotation", UNGRADED, reason, max_score=24) for name in ["eve", SCRIPT]]
    rows += [Row(f"absent{n}", "rotation", MISSING, max_score=24) for n in range(6)]
    return sorted(rows, key=lambda row: row.student)


def _coder(student: str, dice: random.Random, path: Path) -> Row:
    skill = dice.random()
    marks = [_rule(n, rule, skill > dice.random() * n / 12) for n, rule in enumerate(RULES, 1)]
    score = sum(mark.score for mark in marks)
    # Names of one's own, so that two who began with one text do not look alike.
    words = path.read_text("utf-8").split(" ")
    source = " ".join(word if dice.random() < 0.6 else f"{word} + {student}" for word in words)
    return Row(
        student, "rotation", GRADED, score=score, max_score=sum(rule.points for rule in RULES),
        result=Result(tuple(marks), {"answer-rotation": source}),
    )  # fmt: skip


def _rule(number: int, rule, kept: bool) -> Mark:
    said = f"R{number} came back: expected 403, came {SCRIPT}.\nA spent token is spent.\n  1  POST"
    return Mark(
        f"check-{number}", rule.points, rule.points * kept, "Right." if kept else said,
        title=rule.title, rule=rule.name,
    )  # fmt: skip


def _copied(row: Row, student: str) -> Row:
    source = row.result.answers["answer-rotation"]
    answers = {"answer-rotation": f"# all my own work {SCRIPT}\n{source}\nprint('hello')"}
    return Row(
        student, row.assignment, GRADED, score=row.score, max_score=row.max_score,
        result=Result(row.result.marks, answers),
    )  # fmt: skip


def choice_class() -> list[Row]:
    """A class of 60 that answered five questions, two of them alike in what they got wrong."""
    dice = random.Random(7)
    rows = [_chooser(f"student{n:02}", _letters(dice)) for n in range(58)]
    return [*rows, *(_chooser(name, dict.fromkeys(KEY, "A")) for name in ["anna", "bert"])]


def _letters(dice: random.Random) -> dict[int, str]:
    skill = dice.random()
    return {n: KEY[n] if dice.random() < skill else dice.choice("ABCD ").strip() for n in KEY}


def _chooser(student: str, letters: dict[int, str]) -> Row:
    marks = tuple(
        Mark(f"check-{n}", POINTS[n], POINTS[n] * (given == KEY[n]), "…", bool(given), given)
        for n, given in letters.items()
    )
    score = sum(mark.score for mark in marks)
    return Row(student, "practice", GRADED, score=score, max_score=9, result=Result(marks, {}))
