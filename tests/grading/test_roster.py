"""The class list comes from the LMS's own file, once, and overwrites nothing."""

import pytest

from grading.__main__ import main
from grading.gradebook.book import open_book
from grading.lms.class_list import read
from grading.lms.sheet import Sheet

CANVAS = """\
LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,Practice (4711)
,,,,,,Manual Posting
    Points Possible,,,,,,9
Lovelace,Ada,12345,s1,ada@x.org,Lab 1,EX
Roe,Bob,7,s2,roeb,Lab 2,
Student,Test,100,,f3a9,Lab 1,
"""
MOODLE = """\
ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Höchste Bewertung
Teilnehmer/in101,Ada Lovelace,ada@x.org,Abgegeben,,"9,00"
Teilnehmer/in102,José Álvarez,jose@x.org,Abgegeben,,"9,00"
"""

BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\n"Lovelace"\t"Ada"\t"alove"\t"7"\n'
)
BRIGHTSPACE = """\
OrgDefinedId,Username,Last Name,First Name,Email,Practice Points Grade,End-of-Line Indicator
#1001,#alove,Lovelace,Ada,ada@x.org,,#
"""
GERMAN_BLACKBOARD = (
    '"Nachname"\t"Vorname"\t"Benutzername"\t"Practice [Gesamtpunkte: 9 Punkte] |77"\n'
    '"Lovelace"\t"Ada"\t"alove"\t""\n'
)
FRENCH_BRIGHTSPACE = """\
OrgDefinedId;Nom d'utilisateur;Nom;Prénom;Courriel;Practice Points Grade;End-of-Line Indicator
#1001;#alove;Lovelace;Ada;ada@x.org;;#
"""
USERNAMES = """\
Username,Last Name,First Name,End-of-Line Indicator
#alove,Lovelace,Ada,#
"""
CLASSROOM = """\
Nachname,Vorname,E-Mail-Adresse,Practice
,,,9
Lovelace,Ada,ada@x.org,
"""
PARTICIPANTS = """\
Vorname,Nachname,E-Mail-Adresse,Gruppen
Ada,Lovelace,ada@x.org,Team A
"""


@pytest.fixture
def roster(tmp_path, capsys):
    """Read a class list of these bytes; return exit code, what is said, and the class list."""

    def roster(content: bytes):
        (tmp_path / "list.csv").write_bytes(content)
        code = main(["roster", str(tmp_path / "list.csv"), "--course", str(tmp_path)])
        with open_book(tmp_path) as book:
            rows = {
                row.student: (row.first_name, row.last_name, row.email, row.lms_user_id)
                for row in book.rows("")
            }
        return code, capsys.readouterr().out, rows

    return roster


def test_is_canvas_list_read_once_and_again_changes_nothing(roster):
    code, told, rows = roster(CANVAS.encode())
    assert (code, told) == (0, "2 new, 0 changed, 0 unchanged.\n")
    assert rows == {
        "ada-lovelace-12345": ("Ada", "Lovelace", "ada@x.org", "12345"),
        "bob-roe-7": ("Bob", "Roe", None, "7"),
    }
    assert roster(CANVAS.encode()) == (0, "0 new, 0 changed, 2 unchanged.\n", rows)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_is_a_german_worksheet_read(roster, encoding):
    code, _, rows = roster(MOODLE.encode(encoding))
    assert code == 0
    assert rows["josé-álvarez-102"] == ("José", "Álvarez", "jose@x.org", "102")


def test_is_a_guessed_encoding_said_and_no_reason_to_fail(roster):
    code, told, _ = roster(MOODLE.encode("cp1252"))
    assert (code, told.count("\n")) == (0, 2)
    assert told.startswith("list.csv is not UTF-8 and was read as Windows-1252: ")
    assert "Windows" not in roster(MOODLE.encode())[1]


def test_does_a_name_given_by_hand_stay_and_is_the_other_named(roster, tmp_path):
    with open_book(tmp_path) as book:
        book.enrol("ada", first_name="Countess", email="ADA@x.org")
    code, told, rows = roster(MOODLE.encode())
    assert code == 1
    assert rows["ada"] == ("Countess", "Lovelace", "ADA@x.org", "101")
    assert "ada keeps Countess as first_name: the file says Ada." in told


def test_are_two_lines_that_contradict_each_other_named(roster):
    code, told, rows = roster(MOODLE.replace("jose@", "ada@").encode())
    assert (code, rows) == (1, {})
    assert told.count("enrolled neither") == 2


def test_is_a_list_without_names_refused(roster):
    text = "ID,Status,Bewertung,Max\nTeilnehmer/in1,x,,9\nTeilnehmer/in2,x,,9\n"
    with pytest.raises(SystemExit, match="tells nobody's name"):
        roster(text.encode())


@pytest.mark.parametrize(
    ("content", "student", "email", "number"),
    [
        (BLACKBOARD.encode("utf-16"), "alove", None, "alove"),
        (BRIGHTSPACE.encode(), "alove", "ada@x.org", "1001"),
        (GERMAN_BLACKBOARD.encode("utf-16"), "alove", None, "alove"),
        (FRENCH_BRIGHTSPACE.encode("cp1252"), "alove", "ada@x.org", "1001"),
        (USERNAMES.encode(), "alove", None, "alove"),
        (PARTICIPANTS.encode(), "ada-lovelace", "ada@x.org", None),
        (CLASSROOM.encode(), "ada-lovelace", "ada@x.org", None),
    ],
)
def test_is_the_list_of_another_lms_read(roster, content, student, email, number):
    code, _, rows = roster(content)
    assert (code, rows) == (0, {student: ("Ada", "Lovelace", email, number)})


def test_do_two_of_one_name_without_numbers_both_stand_on_the_list(roster):
    code, _, rows = roster((PARTICIPANTS + "Ada,Lovelace,ada2@x.org,\n").encode())
    assert (code, sorted(rows)) == (0, ["ada-lovelace-ada", "ada-lovelace-ada2"])


def test_does_a_worksheet_add_the_number_that_the_participants_lack(roster):
    roster(PARTICIPANTS.encode())
    _, _, rows = roster(MOODLE.encode())
    assert rows["ada-lovelace"] == ("Ada", "Lovelace", "ada@x.org", "101")


def test_does_a_class_twice_as_large_cost_twice_as_much(tmp_path, monkeypatch):
    """Columns are told once for a file, and the class list is read once, not for each line."""
    head, asked = MOODLE.split("\n")[0], []
    monkeypatch.setattr(Sheet, "cell", lambda *at, cell=Sheet.cell: asked.append(at) or cell(*at))
    costs = []
    for count in (20, 40):
        lines = [
            f'Teilnehmer/in{at},Ada L{at},a{at}@x.org,Abgegeben,,"9,00"' for at in range(count)
        ]
        asked.clear()
        read(_written(tmp_path, "\n".join([head, *lines])))
        costs.append(len(asked))
    assert costs[1] < 3 * costs[0]


def _written(folder, text):
    (folder / "class.csv").write_text(text, encoding="utf-8")
    return folder / "class.csv"
