"""Each wrong client loses the rules that it breaks and no other; each right one loses none."""

import re
from pathlib import Path

import nbformat
import pytest

from examiner.client.rules import RULES as PUBLIC
from examiner.examination import Examination
from grading.examining.hidden_rules.client import RULES as HIDDEN
from tests.exercises.sections import lesson_sections
from tests.exercises.solutions import loses, sample, solution, solutions, source

REPOSITORY = Path(__file__).parent.parent.parent
RULES = (*PUBLIC, *HIDDEN)
NAMES = [rule.name for rule in RULES]
RIGHT = solutions("client", "right")
WRONG = solutions("client", "wrong")


def examined(source: str) -> dict:
    """Return rule → verdict."""
    with Examination(source) as examination:
        return {verdict.rule: verdict for verdict in examination.examine_all(RULES)}


def test_are_there_enough_samples():
    assert len(WRONG) >= 40
    assert len(RIGHT) >= 10


def test_do_the_headings_promise_what_the_rules_bring():
    cells = nbformat.read(REPOSITORY / "solutions/client/client.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    promised = re.findall(r"^#+ Rule \d+ · \w+ · (\d+) points?$", text, re.MULTILINE)
    assert sorted(map(int, promised)) == sorted(rule.points for rule in RULES)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_is_the_section_of_a_rule_a_heading_of_its_lesson(rule):
    assert rule.section in lesson_sections()


def test_does_each_rule_have_a_client_that_loses_it_alone():
    """So no rule is a mere echo of another."""
    lost = [loses(path) for path in WRONG]
    assert [name for name in NAMES if [name] not in lost] == []


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_does_a_right_client_keep_every_rule(path, repeats):
    for _ in range(repeats(1, 20)):
        verdicts = examined(source(path))
        assert [str(verdict) for verdict in verdicts.values() if not verdict.passed] == []


def pytest_generate_tests(metafunc) -> None:
    """Take a sample of the wrong clients, and all to soak: each takes a second or more."""
    if metafunc.function.__name__.startswith("test_does_a_wrong_client"):
        paths = WRONG if metafunc.config.getoption("--soak") else sample(WRONG)
        metafunc.parametrize("path", paths, ids=lambda path: path.stem)


def test_does_a_wrong_client_lose_what_it_breaks(path, repeats):
    for _ in range(repeats(1, 20)):
        check_losses(loses(path), examined(source(path)))


def check_losses(expected: list[str], verdicts: dict) -> None:
    """Assert that exactly the expected rules are lost, with a readable reason."""
    lost = [name for name, verdict in verdicts.items() if not verdict.passed]
    assert lost == expected
    for name in lost:
        fact, _, idea = verdicts[name].message.partition("\n")
        assert 20 < len(fact) < 300
        assert idea.count("\n") == 0
        assert "127.0.0.1" not in fact
        assert verdicts[name].attempted


@pytest.fixture(scope="module")
def stub():
    """The cell as it is released."""
    notebook = nbformat.read(REPOSITORY / "exercises/client/client.ipynb", as_version=4)
    return next(cell.source for cell in notebook.cells if cell.id == "answer-client")


@pytest.mark.parametrize("blank", ["", "\n", "stub"])
def test_does_a_blank_score_nothing_and_count_as_not_attempted(blank, stub):
    for verdict in examined(stub if blank == "stub" else blank).values():
        assert (verdict.score, verdict.attempted) == (0, False)
        assert verdict.message.startswith("Not attempted yet")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("class Session(:", "SyntaxError"),
        ("import nowhere", "No module named 'nowhere', at line 1"),
        ("session = 1", "The cell defines no class Session"),
        ("Session = 1", "The cell defines no class Session"),
        ("class Session:\n    pass", "Session(http, vault) does not work: TypeError"),
        ("from grading.examining.hidden_rules.client import single", "Line 1 imports grading"),
        ("raise SystemExit", "SystemExit, at line 1"),
        ("import os\nos._exit(0)", "The process that runs your code has ended."),
    ],
)
def test_is_a_cell_that_does_not_load_told_so(source, sentence):
    with Examination(source) as examination:
        for rule in RULES[:2]:
            verdict = examination.examine(rule)
            assert sentence in verdict.message
            assert verdict.attempted


def test_are_verdicts_the_same_each_time():
    """Word by word, of clients whose threads could meet in many ways."""
    for name in ["no_lock", "lock_without_look", "future_without_a_guard"]:
        single = HIDDEN[0]
        with Examination(solution("client", f"wrong/{name}")) as examination:
            assert len({str(examination.examine(single)) for _ in range(3)}) == 1
