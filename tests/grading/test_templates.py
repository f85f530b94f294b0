"""Files that Canvas and Moodle let one download, in their languages, settings and encodings."""

from pathlib import Path

import pytest

from grading.errors import GradingError
from grading.gradebook.row import GRADED, MISSING, Row
from grading.lms.formats import write
from grading.lms.full_names import agree, split


def row(student: str, number: str, score: float | None, name: str = " ", email: str = "") -> Row:
    first, _, last = name.partition(" ")
    names = {"first_name": first, "last_name": last, "email": email, "lms_user_id": number}
    status = MISSING if score is None else GRADED
    return Row(student, "practice", status, score=score, max_score=9.0, **names)


@pytest.fixture
def fill(tmp_path):
    """Fill rows into a file of these bytes; return what was written and what export says."""

    def fill(lms: str, content: bytes, rows: list[Row], column: str | None = None):
        template, to = tmp_path / "download.csv", tmp_path / "out.csv"
        template.write_bytes(content)
        done = write(lms, rows, to, template, column)
        return to.read_bytes(), done

    return fill


CANVAS = """\
LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,practice,Practice (4711),Current Score
,,,,,,,Manual Posting,
    Points Possible,,,,,,,"9,00",(read only)
Lovelace,Ada,12345,s1,ada@x,Lab 1.2 and Lab 2.1,,EX,
Roe,Bob,7,s2,bob@x,1.2,1.5,N/A,
Hopper,Grace,99,s3,grace@x,1.3,2.5,"3,00",
Curie,Marie,5,s4,marie@x,1.4,3.5,,
Student,Test,100,,f3a9c1,1.4,,,
Teststudent,,101,,0123456789abcdef0123456789abcdef01234567,1.4,,,
"""
CANVAS_ROWS = [
    row("ada", "12345", 7.5),
    row("bob", "7", None),
    row("grace", "99", 7.5),
    row("marie", "5", 6.0),
]


def test_does_an_excused_student_stay_excused_where_names_are_split(fill):
    written, done = fill("canvas", CANVAS.encode(), CANVAS_ROWS)
    expected = CANVAS.replace('"3,00"', '"7,5"').replace("1.4,3.5,,", "1.4,3.5,6,")
    assert written == expected.encode()
    assert done.kept == [
        "Lovelace, Ada 12345 keeps EX: the mark 7.5 was not entered.",
        "Roe, Bob 7 keeps N/A.",
    ]
    assert (done.graded, done.held_back) == (2, 1)
    assert (done.without_row, done.without_line, done.notes) == ([], [], [])


@pytest.mark.parametrize("said", ["EX", "ex", "N/A", "A-", "80%", "(read only)", "complete"])
def test_does_every_cell_that_is_no_number_stay_and_is_named(said, fill):
    text = CANVAS.replace('"3,00"', said)
    written, done = fill("canvas", text.encode(), [row("grace", "99", 7.5)])
    assert written == text.encode()
    assert f"Hopper, Grace 99 keeps {said}: the mark 7.5 was not entered." in done.kept


def test_does_a_column_that_canvas_counts_itself_get_a_sentence(fill):
    with pytest.raises(GradingError, match=r"takes no marks, Canvas says \(read only\)"):
        fill("canvas", CANVAS.encode(), CANVAS_ROWS, "Current Score")


HEADERS = {
    "en": 'Identifier,"Full name","ID number","Email address",Status,Group,Grade,'
    '"Maximum grade","Grade can be changed","Last modified (grade)","Feedback comments"',
    "de": 'ID,"Vollständiger Name",ID-Nummer,E-Mail-Adresse,Status,Gruppe,Bewertung,'
    '"Höchste Bewertung","Bewertung kann geändert werden","Zuletzt geändert (Bewertung)",Feedback',
    "fr": 'Identifiant,"Nom complet","Numéro ID","Adresse de courriel",Statut,Groupe,'
    'Note,"Note maximale","La note peut être modifiée","Dernière modification (note)",Feedback',
}
WORDS = {
    "en": ("Participant ", "Submitted for grading", "Yes", "No"),
    "de": ("Teilnehmer/in", "Zur Bewertung abgegeben", "Ja", "Nein"),
    "fr": ("Participant ", "Remis pour évaluation", "Oui", "Non"),
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"]


def worksheet(language: str, ada: str = "", jose: str = "", point: str = ",") -> str:
    """A grading worksheet of three, of whom the last may not be graded."""
    person, status, yes, no = WORDS[language]
    full, marked = f'"9{point}00"', "-"
    lines = [
        f'{person}101,"Ada Lovelace",,ada@x.org,"{status}","Team A",{ada},{full},{yes},{marked},""',
        f'{person}102,"José Álvarez",,jose@x.org,"{status}","Team A",{jose},{full},{yes},{marked},',
        f'{person}103,"Grace Hopper",,grace@x.org,"{status}","Team B",,{full},{no},{marked},',
    ]
    return "\r\n".join([HEADERS[language], *lines, ""])


def encoded(text: str, encoding: str) -> bytes:
    return ("\ufeff" * encoding.startswith("utf-16") + text).encode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", HEADERS)
def test_do_only_the_marks_change_in_any_language_and_encoding(language, encoding, fill):
    rows = [
        row("ada", "4", 7.5, "Ada Lovelace", "Ada@x.org"),
        row("jose", "102", 6.0, "Jose Alvarez"),
        row("grace", "103", 5.0, "Grace Hopper", "grace@x.org"),
    ]
    text, filled = worksheet(language), worksheet(language, '"7,5"', "6")
    written, done = fill("moodle", encoded(text, encoding), rows)
    assert written == encoded(filled, encoding)
    assert done.graded == 2
    assert ("read as Windows-1252" in done.guess) == (encoding == "cp1252")
    [locked] = done.kept
    assert "103 Grace Hopper keeps its mark, which the LMS has locked: the mark 5" in locked
    assert (done.without_line, done.without_row, done.notes) == ([], [], [])


def test_is_nobody_graded_by_a_number_that_is_another_persons(fill):
    """Moodle numbers the participants of each assignment anew."""
    text = worksheet("de")
    rows = [row("bob", "101", 9.0, "Bob Roe"), row("eve", "102", 9.0, " ", "eve@x.org")]
    written, done = fill("moodle", text.encode(), rows)
    assert written == text.encode()
    assert done.without_line == ["bob", "eve"]
    number, email = done.notes
    assert number.startswith("Teilnehmer/in101 Ada Lovelace has the LMS's number of bob and is")
    assert email.startswith("Teilnehmer/in102 José Álvarez has the LMS's number of eve and is")


def test_is_an_anonymous_worksheet_filled(fill):
    text = "ID,Status,Bewertung,Höchste Bewertung,Änderbar\n" + "".join(
        f'Teilnehmer/in{number},"{status}",,"9,00",Ja\n'
        for number, status in [(101, "abgegeben"), (102, "leer"), (103, "abgegeben")]
    )
    rows = [
        row("participant-101", "101", 7.5, " Participant"),
        row("ada", "102", 3, "Ada Lovelace"),
    ]
    written, done = fill("moodle", text.encode(), rows)
    assert written.decode() == text.replace('"abgegeben",,', '"abgegeben","7,5",', 1).replace(
        '"leer",,', '"leer",3,'
    )
    assert done.without_row == ["Teilnehmer/in103"]


def test_must_a_column_be_named_where_two_could_hold_the_marks(fill):
    text = worksheet("fr").replace("Ada Lovelace", "Ada").replace('"",', ",")
    two = "\r\n".join(line and f"{line},,5" for line in text.split("\r\n")).replace(
        "Feedback,,5", "Feedback,Bonus,Max"
    )
    with pytest.raises(GradingError, match=r"choose with --column among Identifiant, Nom complet"):
        fill("moodle", two.encode(), [])
    with pytest.raises(GradingError, match=r"no one column named Grade.: choose with --column"):
        fill("moodle", two.encode(), [], "Grade?")
    written, _ = fill("moodle", two.encode(), [row("ada", "101", 7.0, "Ada")], "Note")
    assert b',"Team A",7,"9,00",Oui' in written


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Identifier,Grade,\x81\x8d\n", "in no encoding that is known here"),
        ("Identifier,Grade,Maximum\n".encode("utf-16-le"), "in no encoding that is known here"),
        ("\ufeffIdentifier\n".encode("utf-16-le")[:-1], "in no encoding that is known here"),
        (b"PK\3\4workbook", "is a spreadsheet's own file: save it as CSV"),
    ],
)
def test_is_a_file_in_no_known_encoding_refused(content, sentence, fill, tmp_path):
    with pytest.raises(GradingError, match=sentence):
        fill("moodle", content, [])
    assert not Path(tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada Lovelace", "lovelace ADA", True),
        ("José Álvarez", "Jose Alvarez Pérez", True),
        ("Ada L.", "Ada Lovelace", True),
        ("", "Ada Lovelace", True),
        ("Ada Byron", "Ada Lovelace", False),
        ("Team A", "Ada Lovelace", False),
    ],
)
def test_is_a_name_told_from_another(one, other, same):
    assert agree(one, other) == agree(other, one) == same


@pytest.mark.parametrize("name", ["Ada King Lovelace", "Lovelace, Ada King"])
def test_is_a_full_name_taken_apart(name):
    assert split(name) == ("Ada King", "Lovelace")
