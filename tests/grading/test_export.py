"""Marks for nbgrader, Canvas and Moodle: who has one, who stays blank, and who has no line."""

import argparse
import csv
import json
import logging
import os
import sysconfig
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from traitlets.config import Config

from grading import lms
from grading.commands.export import add_arguments, run
from grading.errors import GradingError
from grading.gradebook import book
from grading.gradebook.row import GRADED, MISSING, TO_READ, UNGRADED, Row
from grading.lms.csv_file import harmless
from grading.lms.format import Format
from grading.lms.formats import FORMATS, OWNERS, write
from grading.lms.nbgrader import COLUMNS
from grading.lms.sheet import Sheet
from grading.plugins.export import CsvExport

DUE = datetime(2027, 3, 1, 12, 30)
ADA = Row(
    "ada",
    "practice",
    GRADED,
    score=7.5,
    raw_score=8.0,
    late_penalty=0.5,
    max_score=9.0,
    timestamp=DUE,
    duedate=DUE,
    first_name="Ada",
    last_name="Lovelace",
    email="ada@example.org",
    lms_user_id="12345",
)
BOB = Row(
    "bob", "practice", UNGRADED, "It is no notebook.", max_score=9, lms_user_id="7", email="b@x.org"
)
CY = Row("cy", "practice", MISSING, max_score=9.0, lms_user_id="8", first_name="Cy", last_name="Y")
ROWS = [ADA, BOB, CY]


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def to(tmp_path) -> Path:
    return tmp_path / "out.csv"


@pytest.fixture
def template(tmp_path):
    """Make a downloaded file: template(text, bom=False)."""

    def made(text: str, bom: bool = False) -> Path:
        path = tmp_path / "download.csv"
        path.write_bytes(text.encode("utf-8-sig" if bom else "utf-8"))
        return path

    return made


def test_does_everyone_appear_and_nobody_ungraded_with_a_number(to):
    done = write("nbgrader", ROWS, to)
    header, ada, bob, cy = read(to)
    assert header == list(COLUMNS)
    when = "2027-03-01 12:30:00"
    assert ada == [
        *["practice", when, when, "ada", "Lovelace", "Ada", "ada@example.org"],
        *["8.0", "0.5", "7.5", "9.0", "graded", ""],
    ]
    assert bob[7:] == ["", "", "", "9", "ungraded", "It is no notebook."]
    assert cy[7:] == ["", "", "", "9.0", "missing", ""]
    assert (done.graded, done.blank) == (1, [BOB, CY])


def test_are_nbgraders_own_columns_the_first_ones(tmp_path, to):
    """Compared with what nbgrader's own plugin writes for a gradebook without assignments."""
    own = CsvExportPlugin(to=str(tmp_path / "own.csv"))
    own.export(SimpleNamespace(assignments=[]))
    [columns] = read(tmp_path / "own.csv")
    assert tuple(columns) == COLUMNS[: len(columns)]
    assert COLUMNS[len(columns) :] == ("status", "reason")


@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@SUM(A1)", "\t=1", "-1-1", "+"])
def test_is_a_formula_madeharmless(text, to):
    row = Row("eve", "practice", UNGRADED, text, first_name=text, last_name=text, email=text)
    write("nbgrader", [row], to)
    assert [read(to)[1][at] for at in (4, 5, 6, 12)] == [f"'{text}"] * 4


def test_does_a_carriage_return_end_no_line(to):
    write("nbgrader", [Row("eve", "practice", UNGRADED, "\r=1", first_name="a\rb")], to)
    _, eve = read(to)
    assert (eve[5], eve[12]) == ("a b", "' =1")


@pytest.mark.parametrize("text", ["-1", "+1.5", "-1e-05", "a=b", "", "ada-lovelace"])
def test_does_a_number_or_a_name_stay_as_it_is(text):
    assert harmless(text) == text


@given(st.text())
def test_does_no_cell_begin_as_a_formula_does(text):
    cell = harmless(text)
    assert cell.removeprefix("'") == text.replace("\r", " ").removeprefix("'")
    if cell.startswith(("=", "@", "\t", "\r")):
        pytest.fail(cell)
    if cell.startswith(("+", "-")):
        float(cell)


def test_does_canvas_get_the_columns_it_looks_for(to):
    done = write("canvas", ROWS, to)
    header, ada, bob, cy = read(to)
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "practice"]
    assert ada == ["Lovelace, Ada", "12345", "", "", "", "7.5"]
    assert bob == ["bob", "7", "", "", "", ""]
    assert cy == ["Y, Cy", "8", "", "", "", ""]
    assert done.blank == [BOB, CY]


def test_is_the_student_id_the_login_where_canvas_own_is_not_known(to):
    write("canvas", [Row("ada@x", "practice", GRADED, score=0, max_score=9)], to)
    assert read(to)[1] == ["ada@x", "", "", "ada@x", "", "0"]


def test_does_a_leftover_score_of_ungraded_work_stay_out(template, to):
    row = Row("ada", "practice", UNGRADED, "Why.", score=0.0, max_score=9, lms_user_id="12345")
    write("canvas", [row], to)
    assert read(to)[1][-1] == ""
    write("canvas", [row], to, template(CANVAS))
    assert to.read_bytes() == CANVAS.encode()


def test_does_moodle_get_the_columns_it_requires(to):
    write("moodle", ROWS, to)
    header, ada, bob, _ = read(to)
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(header)
    assert ada == ["Participant 12345", "Ada Lovelace", "ada@example.org", "7.5", "9.0", ""]
    assert bob == ["Participant 7", "bob", "b@x.org", "", "9", ""]


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,"Essay (11)",Practice (4711),Current Score\r
    Points Possible,,,,,"10",9.00,(read only)\r
"Lovelace, Ada",12345,s1,ada@x,"Class ""A"" b",=1+1,,80\r
"Roe, Bob",7,,bob@x,,5,,0\r
"Hopper, Grace",99,,grace@x,,5,3,0\r
"Student, Test",100,,,,,,\r
"""


def test_does_only_the_column_of_the_assignment_change(template, to):
    done = write("canvas", ROWS, to, template(CANVAS, bom=True))
    expected = CANVAS.replace("=1+1,,80", "=1+1,7.5,80")
    assert to.read_bytes() == expected.encode("utf-8-sig")
    assert done.graded == 1
    assert done.without_line == ["cy"]
    assert done.without_row == ["Hopper, Grace 99"]
    assert done.notes == []


def test_is_the_canvas_id_found_by_login_where_it_is_not_known(template, to):
    stranger = Row("GRACE@x", "practice", GRADED, score=4, max_score=9, lms_user_id=None)
    done = write("canvas", [stranger], to, template(CANVAS))
    assert '"Hopper, Grace",99,,grace@x,,5,4,0' in to.read_text()
    assert done.without_line == []


def test_is_a_known_canvas_id_never_overruled_by_a_login(template, to):
    other = Row("grace@x", "practice", GRADED, score=4, max_score=9, lms_user_id="555")
    done = write("canvas", [other], to, template(CANVAS))
    assert done.without_line == ["grace@x"]
    assert to.read_bytes() == CANVAS.encode()


def test_does_the_name_of_a_column_decide(template, to):
    write("canvas", [ADA], to, template(CANVAS.replace("=1+1", "4")), "essay (11)")
    assert '"Class ""A"" b",7.5,,80' in to.read_text()


def test_does_the_number_of_a_column_decide_between_two_of_one_name(template, to):
    text = CANVAS.replace("Essay (11)", "Practice (11)")
    write("canvas", [ADA], to, template(text), "Practice (4711)")
    assert "=1+1,7.5,80" in to.read_text()


def test_does_an_underscore_match_a_blank(template, to):
    text = CANVAS.replace("Practice (4711)", "PATTERN Test (4711)")
    row = Row("ada", "pattern_test", GRADED, score=3.0, max_score=9, lms_user_id="12345")
    assert write("canvas", [row], to, template(text)).graded == 1


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("quiz", CANVAS, "has no column named quiz: choose with --column among Essay"),
        ("practice", CANVAS.replace("Essay (11)", "practice (1)"), "has several columns named"),
        ("practice", "Student,Mark\nAda,1\n", "lacks the columns"),
        ("practice", "", "lacks the columns"),
    ],
)
def test_does_a_template_without_the_one_column_get_a_sentence(name, text, sentence, template, to):
    with pytest.raises(GradingError, match=sentence):
        write("canvas", [ADA], to, template(text), name)
    assert not to.exists()


MOODLE = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 12345","Ada Lovelace",ada@example.org,"Submitted for grading",,9.00,Yes,\
"Monday, 1 March 2027, 12:00 PM",-,"well
done"
"Participant 7","Bob Roe",b@x.org,"Submitted",,9.00,Yes,-,-,
"Participant 99","Grace Hopper",g@x.org,"No submission",,9.00,Yes,-,-,
"""


def test_does_only_the_grade_change_in_moodles_worksheet(template, to):
    done = write("moodle", ROWS, to, template(MOODLE))
    assert to.read_text() == MOODLE.replace('for grading",,', 'for grading",7.5,')
    assert done.without_line == ["cy"]
    assert done.without_row == ["Participant 99 Grace Hopper"]
    assert done.blank == [BOB, CY]


def test_is_a_student_found_by_email_under_another_participant_number(template, to):
    """Moodle numbers the participants of each assignment anew."""
    done = write("moodle", ROWS, to, template(MOODLE.replace("12345", "777")))
    assert 'for grading",7.5,' in to.read_text()
    assert done.without_line == ["cy"]


def test_are_semicolons_and_decimal_commas_kept(template, to):
    text = "Identifier;Full name;Grade;Maximum Grade\nParticipant 12345;Ada, L.;;9,00\n"
    write("moodle", [ADA], to, template(text, bom=True))
    assert to.read_bytes() == text.replace(";;", ";7,5;").encode("utf-8-sig")


def test_is_a_mark_quoted_as_its_cell_was_or_must_be(template, to):
    text = 'Identifier,Grade,"Maximum Grade"\nParticipant 12345,"","9,00"\n'
    write("moodle", [ADA], to, template(text))
    assert to.read_text() == text.replace('""', '"7,5"')
    write("moodle", [ADA], to, template(text.replace('""', "")))
    assert to.read_text() == text.replace('""', '"7,5"')
    write("moodle", [ADA], to, template(text.replace("9,00", "9.00")))
    assert '12345,"7.5","9.00"' in to.read_text()


BLACKBOARD = """\
"Nom"\t"Prénom"\t"Code"\t"Essay [Total : 10 Score] |76"\t"Practice [Total : 9 Score] |77"
"Lovelace"\t"Ada"\t"12345"\t"7,50"\t"{0}"
"Roe"\t"Bob"\t"7"\t"Needs Grading"\t"Needs Grading"
"Y"\t"Cy"\t"CY"\t""\t"Exempté"
"""


@pytest.mark.parametrize(
    "said", ["", "4,00", "Needs Grading", "Nécessite une notation(4,00)", "BENOTUNG ERFORDERLICH"]
)
def test_does_a_waiting_attempt_get_its_mark_in_blackboards_gradebook(said, tmp_path, to):
    (tmp_path / "gc.xls").write_bytes(BLACKBOARD.format(said).encode("utf-16"))
    done = write("blackboard", ROWS, to, tmp_path / "gc.xls")
    assert to.read_bytes() == BLACKBOARD.format("7,5").encode("utf-16")
    assert done.kept == ["Cy Y CY keeps Exempté."]
    assert (done.without_line, done.without_row, done.notes) == ([], [], [])


BRIGHTSPACE = """\
OrgDefinedId,Username,Last Name,First Name,Essay Points Grade <Numeric MaxPoints:10>,\
Practice Points Grade <Numeric MaxPoints:10 Weight:5>,End-of-Line Indicator\r
#12345,#ada,Lovelace,Ada,,{0},#\r
#9,#cy,Y,Cy,,,#\r
#99,#grace,Hopper,Grace,,3,#\r
"""


def test_does_only_the_mark_change_in_brightspaces_file(template, to):
    done = write("brightspace", ROWS, to, template(BRIGHTSPACE.format("4")))
    assert to.read_bytes() == BRIGHTSPACE.format("7.5").encode()
    assert (done.without_line, done.without_row) == (["bob"], ["Grace Hopper grace"])
    assert "a maximum of 10, the marks one of 9" in done.notes[0]


@pytest.mark.parametrize(
    ("lms", "text"),
    [("blackboard", BLACKBOARD.format("")), ("brightspace", BRIGHTSPACE.format(""))],
)
def test_does_an_id_that_is_another_persons_in_the_lms_get_no_mark(lms, text, template, to):
    done = write(lms, [replace(ADA, student="cy", lms_user_id=None)], to, template(text))
    assert to.read_bytes() == text.encode()
    assert "is somebody else by name" in done.notes[0]


@pytest.mark.parametrize(
    ("lms", "text"),
    [("blackboard", BLACKBOARD.format("")), ("brightspace", BRIGHTSPACE.format(""))],
)
def test_is_a_column_that_is_not_there_named_with_those_that_are(lms, text, template, to):
    with pytest.raises(GradingError, match="choose with --column among Essay"):
        write(lms, [replace(ADA, assignment="quiz")], to, template(text))


@pytest.mark.parametrize("text", ["\ufeffa,b", '\ufeff"a",b'])
def test_is_a_byte_order_mark_no_part_of_a_name(text):
    assert Sheet(text, ",").header == ["a", "b"]


def test_is_a_worksheet_in_another_language_filled(template, to):
    text = "ID,Vollständiger Name,Bewertung\nTeilnehmer/in 12345,Ada,\n"
    write("moodle", [ADA], to, template(text), "Bewertung")
    assert to.read_text() == text.replace("Ada,", "Ada,7.5")


def test_is_another_maximum_noted(template, to):
    done = write("moodle", [ADA], to, template(MOODLE.replace("9.00", "100.00")))
    [note] = done.notes
    assert "a maximum of 100, the marks one of 9" in note


def test_does_a_mark_already_in_the_template_stay_where_we_have_none(template, to):
    text = MOODLE.replace('"Submitted",,', '"Submitted",4.00,')
    write("moodle", [BOB], to, template(text))
    assert to.read_text() == text


def test_do_two_lines_of_one_student_get_no_mark(template, to):
    text = MOODLE.replace("Participant 99", "Participant 12345").replace("ada@example.org", "")
    done = write("moodle", [ADA], to, template(text))
    assert to.read_text() == text
    assert done.without_line == ["ada"]


@pytest.mark.parametrize("score", [0.0, 3.0, 10.0, 7.25, 100.0])
def test_is_a_mark_written_in_full(score, to):
    row = Row("ada", "practice", GRADED, score=score, max_score=100)
    write("canvas", [row], to)
    assert float(read(to)[1][-1]) == score
    assert not read(to)[1][-1].endswith((".", ".0"))


def test_does_a_missing_template_or_folder_get_a_sentence(tmp_path):
    with pytest.raises(GradingError, match="cannot be read: No such file"):
        write("canvas", [ADA], tmp_path / "x.csv", tmp_path / "none.csv")
    with pytest.raises(GradingError, match="cannot be written: No such file"):
        write("canvas", [ADA], tmp_path / "no/folder.csv")


@given(st.text('ab",;\n\r \ufeff'), st.sampled_from(",;\t"))
def test_does_a_sheet_give_back_every_byte(text, delimiter):
    assert Sheet(text, delimiter).text() == text


@given(st.lists(st.lists(st.text('ab",\n'), min_size=2, max_size=3), min_size=1, max_size=4))
def test_does_a_sheet_read_what_csv_writes(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "written.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with path.open(encoding="utf-8", newline="") as file:
        sheet = Sheet(file.read(), ",")
    seen = [[sheet.cell(at, n) for n in range(len(row))] for at, row in enumerate(rows)]
    assert seen == [[cell.strip() for cell in row] for row in rows]


class Fake:
    """A gradebook of two assignments."""

    def __init__(self, url: str = "") -> None:
        self.url = url

    def __enter__(self) -> "Fake":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def assignments(self) -> list[str]:
        return ["practice", "rotation"]

    def rows(self, assignment: str) -> list[Row]:
        return ROWS if assignment == "practice" else [Row("ada", "rotation", MISSING)]

    def collected(self, assignment: str) -> dict[str, tuple[str, str]]:
        return {}


@pytest.fixture
def fake(monkeypatch) -> None:
    @contextmanager
    def open_book(root):
        yield Fake()

    monkeypatch.setattr(book, "open_book", open_book, raising=False)
    monkeypatch.setattr(book, "Book", Fake, raising=False)


def command(root: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    add_arguments(parser)
    return run(parser.parse_args(arguments, argparse.Namespace(course=root)))


@pytest.mark.usefixtures("fake")
def test_does_the_command_say_who_stays_blank_and_why(tmp_path, capsys):
    assert command(tmp_path) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "bob  practice  ungraded  It is no notebook."
    assert out[1] == "cy  practice  missing"
    assert out[-1] == f"{tmp_path / 'grades.csv'} is written; marks: 1, left blank: 3."
    assert len(read(tmp_path / "grades.csv")) == 5


@pytest.mark.usefixtures("fake")
def test_does_the_command_exit_with_0_where_work_is_only_missing(tmp_path):
    assert command(tmp_path, "--assignment", "rotation", "--format", "moodle") == 0


@pytest.mark.usefixtures("fake")
def test_is_the_answer_for_scripts_one_document(tmp_path, template, capsys):
    chosen = ["--format", "canvas", "--assignment", "practice"]
    download = str(template(CANVAS))
    assert command(tmp_path, "--json", *chosen, "--template", download) == 1
    done = json.loads(capsys.readouterr().out)
    assert done["path"] == str(tmp_path / "canvas.csv")
    assert done["without_line"] == ["cy"]
    reason = "It is no notebook."
    bob = {"student": "bob", "assignment": "practice", "status": "ungraded", "reason": reason}
    assert done["blank"][0] == bob


@pytest.mark.usefixtures("fake")
def test_does_the_command_say_that_an_encoding_was_guessed(tmp_path, capsys):
    download = tmp_path / "download.csv"
    download.write_bytes(CANVAS.replace("Ada", "Ad\xe4").encode("cp1252"))
    command(tmp_path, "--format=canvas", "--assignment=practice", f"--template={download}")
    out = capsys.readouterr().out.splitlines()
    assert out[-2].startswith("download.csv is not UTF-8 and was read as Windows-1252: ")


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--format", "canvas"], "Say which with --assignment: the gradebook has practice"),
        (["--assignment", "exam"], "There is no assignment exam"),
        (["--template", "x.csv"], "--template and --column are for"),
    ],
)
def test_does_a_wrong_call_get_one_sentence(arguments, sentence, tmp_path):
    with pytest.raises(GradingError, match=sentence):
        command(tmp_path, *arguments)


@pytest.fixture
def modules() -> dict[str, dict[str, object]]:
    """Module → what is in it, of those about one LMS and of their neighbours."""
    names = {module.name for module in iter_modules(lms.__path__)} - {"formats"}
    return {name: vars(import_module(f"grading.lms.{name}")) for name in names}


def test_is_every_lms_a_module_and_a_line_in_the_table(modules):
    defined = {
        name: value
        for name, found in modules.items()
        for value in found.values()
        if isinstance(value, Format)
    }
    assert defined == FORMATS


def test_is_every_lms_asked_whose_a_file_is(modules):
    """One without a file of marks, too; nbgrader last, which takes any folder for a student's."""
    own = {
        name: found["owner"]
        for name, found in modules.items()
        if getattr(found.get("owner"), "__module__", "") == f"grading.lms.{name}"
    }
    assert own | {name: known.owner for name, known in FORMATS.items()} == OWNERS
    assert [*OWNERS][-1] == "nbgrader"


def test_do_instructors_read_of_every_lms(repository):
    text = (repository / "docs/instructor.md").read_text(encoding="utf-8").casefold()
    assert [name for name in OWNERS if f"- {name}" not in text] == []


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("name", FORMATS)
def test_does_the_command_write_for_every_lms(name, tmp_path, capsys):
    assert command(tmp_path, "--format", name, "--assignment", "practice") == 1
    path = tmp_path / FORMATS[name].file_name
    assert f"{path} is written; marks: 1, left blank: 2." in capsys.readouterr().out
    header, *lines = read(path)
    assert header == list(FORMATS[name].header("practice"))
    assert [len(line) for line in lines] == [len(header)] * len(ROWS)
    assert [any("7.5" in cell for cell in line) for line in lines] == [True, False, False]


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.template])
def test_is_a_file_without_marks_filled_to_the_one_with_them(name, tmp_path):
    blank, filled, whole = (tmp_path / f"{part}.csv" for part in ("blank", "filled", "whole"))
    write(name, [replace(row, status=MISSING) for row in ROWS], blank)
    write(name, ROWS, whole)
    done = write(name, ROWS, filled, blank)
    assert filled.read_bytes() == whole.read_bytes() != blank.read_bytes()
    assert (done.without_line, done.without_row, done.notes) == ([], [], [])


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.template])
def test_is_an_older_mark_named_that_stays_for_somebody_without_one(name, tmp_path):
    older, to = tmp_path / "older.csv", tmp_path / "to.csv"
    write(name, ROWS, older)
    told = "An older mark, 7.5, stays in the file for ada, whose practice is {}: take it out"
    for status, expected in {TO_READ: 1, UNGRADED: 1, MISSING: 0}.items():
        rows = [replace(ADA, status=status, score=None), BOB, CY]
        done = write(name, rows, to, older)
        assert to.read_bytes() == older.read_bytes()
        found = [sentence.startswith(told.format(status)) for sentence in done.older]
        assert found == [True] * expected


@pytest.mark.usefixtures("fake")
def test_does_the_command_name_an_older_mark_that_stays(tmp_path, capsys):
    path = tmp_path / "older.csv"
    write("moodle", [replace(BOB, status=GRADED, score=4.0)], path)
    asked = ["--format", "moodle", "--assignment", "practice", "--template", str(path)]
    assert command(tmp_path, *asked) == 1
    assert "An older mark, 4, stays in the file for bob" in capsys.readouterr().out


def test_is_an_unknown_lms_named(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        command(tmp_path, "--format", "tafel")
    told = capsys.readouterr().err
    assert "invalid choice: 'tafel'" in told
    assert [name for name in FORMATS if name not in told] == []


def test_does_nbgraders_own_export_name_whose_mark_is_held(tmp_path, monkeypatch, caplog):
    rows = [ADA, replace(BOB, status=TO_READ, reason="It uses gc.", held=3.0)]
    monkeypatch.setattr(Fake, "rows", lambda book, assignment: rows)
    monkeypatch.setattr(Fake, "assignments", lambda book: ["practice"])
    monkeypatch.setattr(book, "Book", Fake)
    monkeypatch.chdir(tmp_path)
    url = SimpleNamespace(render_as_string=lambda **options: "")
    exporter = CsvExport(log=logging.getLogger("export"))
    exporter.export(SimpleNamespace(engine=SimpleNamespace(url=url)))
    assert "practice of bob is to read, and its mark is held. It uses gc." in caplog.text
    assert "ada" not in caplog.text


@pytest.mark.starts("nbgrader")  # by its command alembic
@pytest.mark.usefixtures("fake")
def test_does_nbgraders_own_export_write_the_same_file(tmp_path, monkeypatch):
    config = Config()
    config.ExportPlugin.assignment = ["practice"]
    config.ExportPlugin.student = ["ada", "cy"]
    monkeypatch.chdir(tmp_path)
    # nbgrader makes a gradebook by the command alembic
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        CsvExport(config=config).export(gradebook)
    write("nbgrader", [ADA, CY], tmp_path / "expected.csv")
    assert (tmp_path / "grades.csv").read_bytes() == (tmp_path / "expected.csv").read_bytes()
