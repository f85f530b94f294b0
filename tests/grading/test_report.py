"""The class report: true, safe to open, readable for everyone, and the same every time."""

import argparse
import json
import os
import random
import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from html import escape
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_output

from examiner.rotation import rules as public
from grading.commands import report
from grading.course import HERE
from grading.errors import GradingError
from grading.examining.hidden_rules import rotation as hidden
from grading.examining.result import Mark, Result
from grading.gradebook import book
from grading.gradebook.row import GRADED, MISSING, UNGRADED, Row
from grading.reporting import plots, summary
from grading.reporting.failures import failures_of
from grading.reporting.item_analysis import questions_of, spread_of
from grading.reporting.rows import VARIABLE, read_rows, write_rows
from grading.reporting.similarity import pairs_of
from grading.reporting.tables import sentences, table
from tests.exercises.solutions import solutions, source

RULES = [*public.RULES, *hidden.RULES]
SCRIPT = "<script>window.forged = true</script>"
KEY = {1: "D", 2: "A", 3: "B", 4: "C", 5: "B"}
POINTS = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}


def code_class() -> list[Row]:
    """A class of 60 that handed in rotation: some ungraded, some missing, two who copied."""
    dice = random.Random(7)
    sources = [path for path in solutions("rotation", "right") if "c" <= path.stem[0] <= "l"]
    rows = [_coder(f"student{n:02}", dice, sources[n % len(sources)]) for n in range(50)]
    copied = _coder("anna", random.Random(3), sources[0])
    rows += [copied, _copied(copied, "bert")]
    reason = f"The cell answer-rotation stands there twice {SCRIPT}, in {'long_name' * 20}.ipynb."
    rows += [Row(name, "rotation", UNGRADED, reason, max_score=24) for name in ["eve", SCRIPT]]
    rows += [Row(f"absent{n}", "rotation", MISSING, max_score=24) for n in range(6)]
    return sorted(rows, key=lambda row: row.student)


def _coder(student: str, dice: random.Random, path: Path) -> Row:
    skill = dice.random()
    marks = [_rule(n, rule, skill > dice.random() * n / 12) for n, rule in enumerate(RULES, 1)]
    score = sum(mark.score for mark in marks)
    # Names of one's own, so that two who began with one text do not look alike.
    words = source(path).split(" ")
    code = " ".join(word if dice.random() < 0.6 else f"{word} + {student}" for word in words)
    return Row(
        student, "rotation", GRADED, score=score, max_score=sum(rule.points for rule in RULES),
        result=Result(tuple(marks), {"answer-rotation": code}),
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


class ABook:
    """What the report asks of the gradebook."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def assignments(self) -> list[str]:
        return ["practice", "rotation"]

    def rows(self, assignment: str) -> list[Row]:
        return self._rows


@pytest.fixture
def options(tmp_path):
    return argparse.Namespace(course=tmp_path, json=False, assignment="rotation")


@pytest.fixture(scope="module")
def coded():
    return code_class()


@pytest.fixture(scope="module")
def rotation(coded) -> str:
    """The page on a class that wrote code."""
    return report.page("rotation", coded)


@pytest.fixture(scope="module")
def practice() -> str:
    """The page on a class that chose letters."""
    return report.page("practice", choice_class())


@pytest.fixture(params=["rotation", "practice"])
def page(request) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture
def opened(page, new_page, tmp_path):
    """The page in a browser; `requests` are the addresses it asked for."""
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    window = new_page(width=800)
    window.requests = []
    window.on("request", lambda request: window.requests.append(request.url))
    window.goto(path.as_uri())
    yield window
    window.close()


def test_does_the_command_write_the_page_below_the_course(options, monkeypatch, capsys):
    monkeypatch.setattr(book, "open_book", lambda root: nullcontext(ABook([])), raising=False)
    monkeypatch.setattr(report, "page", lambda assignment, rows: f"{assignment} {rows}")
    assert report.run(options) == 0
    written = options.course / "report/rotation.html"
    assert written.read_text("utf-8") == "rotation []"
    assert capsys.readouterr().out == f"{written} is written; open it in a browser.\n"


def test_does_the_command_speak_json(options, coded, monkeypatch, capsys):
    monkeypatch.setattr(book, "open_book", lambda root: nullcontext(ABook(coded)), raising=False)
    monkeypatch.setattr(report, "page", lambda assignment, rows: "")
    options.json = True
    assert report.run(options) == 0
    [written] = json.loads(capsys.readouterr().out)
    assert written == {
        "report": str(options.course / "report/rotation.html"),
        "students": {GRADED: 52, UNGRADED: 2, MISSING: 6},
        "doubts": [],
    }


def test_is_an_unknown_assignment_named(options, monkeypatch):
    monkeypatch.setattr(book, "open_book", lambda root: nullcontext(ABook([])), raising=False)
    options.assignment = "../rotation"
    with pytest.raises(GradingError, match=r"no assignment \.\./rotation: choose practice or rota"):
        report.run(options)
    assert not (options.course / "report").exists()


def test_is_a_cell_that_fails_one_sentence(monkeypatch):
    def fail(client, **options):
        raise CellExecutionError("", "KeyError", "'check-1'")

    monkeypatch.setattr(report.NotebookClient, "execute", fail)
    with pytest.raises(GradingError, match="has a cell that fails: KeyError: 'check-1'"):
        report.page("rotation", [])


def test_gets_the_kernel_a_file_and_nothing_printed_is_shown(coded, monkeypatch):
    seen = {}

    def execute(client, env):
        folder = Path(client.resources["metadata"]["path"])
        assert Path(env[VARIABLE]).parent == Path(env["IPYTHONDIR"]).parent == folder
        assert env["PYTHONPATH"].split(os.pathsep)[0] == str(HERE)
        seen["rows"] = json.loads(Path(env[VARIABLE]).read_text("utf-8"))[1]
        shown = new_output("display_data", {"text/html": "<p>a figure</p>"})
        client.nb.cells[1].outputs = [new_output("stream", text="font cache"), shown]

    monkeypatch.setattr(report.NotebookClient, "execute", execute)
    page = report.page("rotation", coded)
    assert [row["student"] for row in seen["rows"]] == [row.student for row in coded]
    assert "a figure" in page
    assert "font cache" not in page


def test_do_rows_come_through_the_file_without_names(coded, tmp_path, monkeypatch):
    path = tmp_path / "rows.json"
    monkeypatch.setenv(VARIABLE, str(path))
    named = replace(coded[0], first_name="Ada", email="ada@example.org", timestamp=datetime.now())
    write_rows(path, "rotation", [named, *coded[1:]])
    assert read_rows() == ("rotation", coded)


def test_do_tables_and_pictures_stay_the_same_in_another_process(coded, rotation):
    """The page was made in a kernel, which orders sets and draws ids in its own way."""
    questions, failures = questions_of(coded), failures_of(coded)
    twins = [
        table("Every question", summary.QUESTION_HEAD, summary.question_lines(questions)),
        sentences(summary.in_short(coded, spread_of(coded), questions, pairs_of(coded))),
    ]
    pictures = [
        plots.marks_plot(spread_of(coded)),
        plots.questions_plot(questions),
        plots.failures_plot(failures),
    ]
    for made in [*twins, *pictures]:
        assert str(BeautifulSoup(made.data, "html.parser")) in rotation


def test_is_each_picture_described_and_above_a_table(page):
    pictures = re.findall(r'<img [^>]*alt="([^"]+)"[^>]*>(.*?)<(table|h\d|img)', page, re.DOTALL)
    assert len(pictures) == page.count("<img ") == 3
    assert [following for _, _, following in pictures] == ["table"] * 3
    assert all(len(alt) > 60 for alt, _, _ in pictures)


def test_is_the_copy_named_with_its_share(rotation):
    assert re.search(r">anna</th><td>bert</td><td class=\"number\">\d\d %</td>", rotation)


def test_are_the_same_wrong_letters_named(practice):
    assert ">anna</th><td>bert</td>" in practice
    assert "the same wrong answers: 1 A, 3 A, 4 A, 5 A" in practice


def test_says_a_section_without_numbers_so_in_a_sentence(rotation, practice):
    assert "<p>No graded answer is a letter.</p>" in rotation
    assert "<p>No graded code breaks a rule.</p>" in practice
    assert "<p>No submission is left ungraded.</p>" in practice
    assert "<p>Nobody is missing.</p>" in practice


def test_is_what_students_wrote_only_text(rotation):
    assert SCRIPT not in rotation
    for place in ['<th scope="row">', "stands there twice ", "expected 403, came "]:
        assert place + escape(SCRIPT) in rotation


def test_is_no_code_and_no_prompt_shown(page):
    assert "read_rows" not in page
    assert not re.search(r"(In|Out)\s*\[|Out\[", page.partition("<main")[2])


def test_does_the_page_name_the_assignment_and_its_language(rotation):
    assert '<html lang="en">' in rotation
    assert "<title>Class report: rotation</title>" in rotation
    assert "<p>Assignment: rotation.</p>" in rotation


def test_do_headings_go_down_one_level_at_a_time(page):
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_does_the_page_load_and_run_nothing(opened):
    asked = [url for url in opened.requests if not url.startswith("data:")]
    assert asked == [opened.url]
    assert opened.evaluate("window.forged") is None


def test_does_the_page_fit_a_narrow_window(opened):
    tables = opened.locator("table, figure")
    assert tables.count() >= 6
    wide = "found => found.filter(e => e.getBoundingClientRect().right > innerWidth).length"
    assert tables.evaluate_all(wide) == 0


def test_does_axe_find_nothing_on_the_page(opened):
    found = Axe().run(opened).response
    assert len(found["passes"]) > 10
    assert [broken["id"] for broken in found["violations"]] == []


def test_keeps_the_template_the_house_style():
    notebook = nbformat.read(report.TEMPLATE, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec"}
    for before, cell in pairwise(notebook.cells):
        if cell.cell_type == "code":
            assert before.cell_type == "markdown", cell.id
            assert len(cell.source.splitlines()) <= 12, cell.id
            assert (cell.outputs, cell.execution_count) == ([], None), cell.id
            assert max(map(len, cell.source.splitlines())) <= 79, cell.id
