"""Collecting for the right person, under any name, from any LMS, at the right time."""

import json
import struct
import zipfile
from datetime import UTC, datetime

import pytest
from dateutil import tz

from grading.commands.collect import collect
from grading.gradebook.row import Enrolled
from grading.lms import times
from grading.lms.people import agrees
from grading.lms.zip_file import stored

PEOPLE = [
    Enrolled("ada", "Ada", "Lovelace", "ada@example.org", "56"),
    Enrolled("bea", "Bea", "Two", "bea@example.org", "58"),
    Enrolled("caro", "Caro", "Three", "caro@example.org", "57"),
]
FILE = "_assignsubmission_file/practice.ipynb"
TEAMS = [f"Team A_57{FILE}", f"Default group{FILE}", f"Bea Two_58{FILE}"]


def notebook(name: str) -> str:
    cells = [{"id": f"{name}-{number}", "source": f"{name} {number}"} for number in range(4)]
    return json.dumps({"cells": [*cells, {"id": "answer-1", "source": "shared"}]})


@pytest.fixture
def root(tmp_path):
    """A course folder with three assignments, which share one cell."""
    for name in ["practice", "rotation", "pattern_test"]:
        folder = tmp_path / "course/solutions" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text(notebook(name))
    return tmp_path / "course"


@pytest.fixture
def take(root, tmp_path):
    """Collect members of a zip: names, or (name, content, time)."""

    def take(members, **more):
        with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
            for member in members:
                name, content, time = (member, member, (1980, 1, 1, 0, 0, 0))
                if not isinstance(member, str):
                    name, content, time = member
                archive.writestr(zipfile.ZipInfo(name, time), content)
        return collect(tmp_path / "class.zip", root, **more)

    return take


def who(rows) -> list[str]:
    return [row.student for row in rows if row.path]


def said(rows) -> str:
    return " ".join(row.problem for row in rows)


def test_is_an_anonymous_code_no_users_number(take):
    names = ["anon_aB3dE_9001_practice.ipynb", "LATE_anon_x7Qp2_9002_practice.ipynb"]
    people = [Enrolled("ada", lms_user_id="12345")]
    rows = take([*names, "anon_12345_9003_practice.ipynb"], people=people)
    assert who(rows) == ["anon-12345", "anon-aB3dE", "anon-x7Qp2"]
    assert [row.lms_user_id for row in rows] == [None] * 3
    assert "late" in rows[2].note


def test_does_a_teams_notebook_go_to_nobody_who_has_its_number(take):
    rows = take(TEAMS, people=PEOPLE)
    assert who(rows) == ["bea"]
    assert "Team A" in said(rows)
    assert "Default group" in said(rows)
    assert "--teams" in said(rows)
    assert {row.student for row in rows} == {"", "bea"}


def test_does_every_member_get_the_teams_notebook(take, tmp_path):
    lines = ["Identifier;Full name;Group", "Participant 56;Ada Lovelace;Team A"]
    lines += ["Participant 57;Caro Three;Default group", ";Dan Four;Team A"]
    lines += ["Teilnehmer 58;Bea Two;Team A"]
    (tmp_path / "teams.csv").write_text("\n".join(lines))
    rows = take(TEAMS[:2], people=PEOPLE, teams=tmp_path / "teams.csv")
    assert who(rows) == ["ada", "bea", "caro"]
    assert {row.source_path for row in rows if row.student in ("ada", "bea")} == {TEAMS[0]}
    assert "Dan Four of Team A is on no class list" in said(rows)


def test_is_a_date_beside_a_member_no_stranger_and_a_name_in_their_list_one(take, tmp_path):
    lines = [
        "Identifier,Full name,Group,Changed",
        'Participant 56,"Lovelace, Ada",Team A,"3 May, 9"',
    ]
    lines += ['Tutor,,Team A,"Caro Three, Dan Four"']
    (tmp_path / "teams.csv").write_text("\n".join(lines))
    rows = take(TEAMS[:1], people=PEOPLE, teams=tmp_path / "teams.csv")
    assert who(rows) == ["ada", "caro"]
    assert [row.problem for row in rows if row.problem] == [
        f"{TEAMS[0]}: Dan Four of Team A is on no class list."
    ]


ANNAS = [
    Enrolled("anna", "Anna", "Schmidt", "anna@example.org", "61"),
    Enrolled("anna2", "Anna", "Schmidt", "anna2@example.org", "62"),
]


@pytest.mark.parametrize(
    ("line", "members"),
    [
        ("Participant 62,Anna Schmidt,-,Team A", ["anna2"]),
        ("Teilnehmer/in62,Anna Schmidt,-,Team A", ["anna2"]),
        ("Participant 999,Anna Schmidt,anna2@example.org,Team A", ["anna2"]),
        ("Participant 57,Ada Lovelace,-,Team A", ["ada"]),
        ("Participant 57,-,-,Team A", ["caro"]),
        ("Team A,anna2,-,-", ["anna2"]),
        ("Team A,Anna Schmidt,ada,-", ["ada"]),
    ],
)
def test_is_a_member_told_from_a_namesake_and_from_who_has_the_number(
    line, members, take, tmp_path
):
    (tmp_path / "teams.csv").write_text(f"Identifier,Name,E-mail,Team\n{line}\n")
    rows = take(TEAMS[:1], people=[*PEOPLE, *ANNAS], teams=tmp_path / "teams.csv")
    assert who(rows) == members
    assert ("several people" in said(rows)) == (line == "Team A,Anna Schmidt,ada,-")


def test_is_a_persons_own_folder_theirs_alone_beside_those_of_teams(take, tmp_path):
    lines = ["Identifier,Name,Team", "Participant 61,Anna Schmidt,", "Participant 62,Anna Schmidt,"]
    (tmp_path / "teams.csv").write_text("\n".join(lines))
    people = [*PEOPLE, *ANNAS]
    rows = take([f"Anna Schmidt_62{FILE}"], people=people, teams=tmp_path / "teams.csv")
    assert who(rows) == ["anna2"]


def test_is_the_number_in_a_teams_name_nobodys(take, tmp_path):
    (tmp_path / "teams.csv").write_text("team,member\nTeam 57,ada\n")
    rows = take([f"Team 57_3{FILE}"], people=PEOPLE, teams=tmp_path / "teams.csv")
    assert (who(rows), said(rows)) == (["ada"], "")


def test_does_a_person_keep_their_id_where_moodle_gives_another_number(take):
    [row] = take([f"Ada Lovelace_999{FILE}"], people=PEOPLE)
    assert (row.student, row.note) == ("ada", "known by the name")


def test_is_a_namesake_not_taken_for_the_one_on_the_list(take):
    rows = take([f"Ada Lovelace_56{FILE}", f"Ada Lovelace_999{FILE}"], people=PEOPLE)
    assert "caro" not in who(rows)
    assert len(who(rows)) == len(set(who(rows))) == 2


@pytest.mark.parametrize("word", ["Participant", "Teilnehmerin", "Osallistuja"])
def test_is_blind_marking_told_in_any_language(word, take):
    rows = take([f"{word}_57{FILE}", f"{word}_58{FILE}"], people=PEOPLE)
    assert who(rows) == ["bea", "caro"]


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Ada Lovelace", True),
        ("lovelaceada", True),
        ("Ada Byron Lovelace", True),
        ("Team A-Ada Lovelace", True),
        ("Team Ada", False),
        ("Ada Lovelace and Bob Roe", False),
    ],
)
def test_does_a_name_agree_with_the_class_lists(name, same):
    assert agrees(PEOPLE[0], name) == same


@pytest.mark.parametrize(
    "name",
    [
        "practice-Copy1.ipynb",
        "Copy of practice.ipynb",
        "practice - Copy.ipynb",
        "practice copy.ipynb",
        "Kopie von practice.ipynb",
        "practice \u2013 Kopie.ipynb",
        "Copie de practice.ipynb",
        "practice_fay.ipynb",
        "practice.ipynb.json",
        "practice.ipynb.txt",
        "practice.json",
        "pattern-test rotation.ipynb",
        "homework",
    ],
)
def test_is_a_renamed_notebook_collected_with_a_note(name, take):
    path = f"Fay Six_16_assignsubmission_file/{name}"
    [row] = take([(path, notebook("practice"), (1980, 1, 1, 0, 0, 0))])
    assert (row.assignment, row.problem) == ("practice", "")
    assert "was renamed" in row.note


def test_is_a_longer_assignments_name_the_one_that_counts(take):
    [row] = take(["Fay Six_16_assignsubmission_file/Pattern Test - Kopie.ipynb"])
    assert row.assignment == "pattern_test"


def test_is_a_file_that_is_no_notebook_by_the_same_person_as_their_notebook(take):
    """Canvas writes names together, and the id made of one is not that of the class list."""
    rows = take(["lovelaceada_56_9001_practice.pdf"], people=PEOPLE)
    assert [(row.student, row.problem) for row in rows] == [
        ("ada", "lovelaceada_56_9001_practice.pdf is no notebook.")
    ]


@pytest.mark.parametrize("name", ["practice.pdf", "practice.zip", "my answers.ipynb"])
def test_is_the_owner_of_a_file_that_goes_nowhere_known_by_name_and_number(name, take):
    [row] = take([f"Fay Six_16_assignsubmission_file/{name}"])
    assert row.problem
    assert (row.student, row.full_name, row.lms_user_id) == ("fay-six-16", "Fay Six", "16")


def test_is_a_file_beside_a_teams_notebook_no_trouble(take, tmp_path):
    (tmp_path / "teams.csv").write_text("id,team\nada,Team A\n")
    beside = "Team A_57_assignsubmission_file/cover.pdf"
    rows = take([TEAMS[0], beside], people=PEOPLE, teams=tmp_path / "teams.csv")
    assert [(row.student, row.problem) for row in rows] == [("ada", "")]


def test_is_a_file_of_nobody_named_beside_a_team_that_has_no_number(take, tmp_path):
    (tmp_path / "teams.csv").write_text("id,team\nada,Default group\n")
    rows = take([f"Default group{FILE}", "notes.pdf"], people=PEOPLE, teams=tmp_path / "teams.csv")
    assert who(rows) == ["ada"]
    assert "notes.pdf is no notebook" in said(rows)


def test_are_files_of_several_people_in_one_folder_nobodys(take):
    rows = take(["Homework/practice_ada.ipynb", "Homework/practice_bob.ipynb"])
    assert who(rows) == []
    assert "put each into a folder named after its student" in said(rows)
    assert {row.student for row in rows} == {""}


def test_are_googles_names_read(take):
    names = ["Practice/Ada Lovelace - practice.ipynb", "Practice/practice - Bob Roe.ipynb"]
    rows = take([*names, "Practice/practice (1).ipynb"], people=PEOPLE)
    assert who(rows) == ["ada", "bob-roe"]
    assert "practice (1).ipynb: nobody can tell whose it is" in said(rows)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Ada Lovelace - practice - Copy.ipynb", "practice - Copy.ipynb"),
        ("practice - Kopie - Ada Lovelace (1).ipynb", "practice - Kopie.ipynb"),
        ("Ada Lovelace \u2013 practice.json", "practice.json"),
        ("Ada Lovelace - homework three.ipynb", "homework three.ipynb"),
        ("homework three - Lovelace Ada.ipynb", "homework three.ipynb"),
    ],
)
def test_is_a_name_before_or_behind_any_title_googles(name, file, take):
    content = (f"Practice/{name}", notebook("practice"), (1980, 1, 1, 0, 0, 0))
    [row] = take([content], people=PEOPLE)
    assert (row.student, row.assignment, row.problem) == ("ada", "practice", "")
    assert (file != "practice.ipynb") == ("was renamed" in row.note)


def test_is_a_file_that_is_no_notebook_named_with_its_owner_in_googles_folder(take):
    [row] = take(["Practice/Ada Lovelace - practice.pdf"], people=PEOPLE)
    assert (row.student, row.problem) == (
        "ada",
        "Practice/Ada Lovelace - practice.pdf is no notebook.",
    )


@pytest.mark.parametrize(
    ("users", "listed", "students"),
    [
        (["so_brien", "pat_brien"], [], ["pat_brien", "so_brien"]),
        (["so_brien"], ["so_brien", "brien"], ["so_brien"]),
        (["so_brien", "ada"], ["brien", "ada"], ["ada", "so_brien"]),
        (["s_1", "s_2"], ["s_1", "s_2"], ["s_1", "s_2"]),
        (["ada"], [], ["ada"]),
    ],
)
def test_is_a_blackboard_username_with_underscores_whole(users, listed, students, take):
    names = [f"My_Practice_{user}_attempt_2024-01-30-12-00-00_practice.ipynb" for user in users]
    assert who(take(names, people=[Enrolled(student) for student in listed])) == students


def test_does_blackboards_last_attempt_count_with_its_time(take):
    base = "Practice_1_alovelace_attempt_2024-01-"
    names = [f"{base}30-12-00-00_practice.ipynb", f"{base}31-12-00-00_mine.ipynb"]
    [row] = take([*names, f"{base}31-12-00-00.txt"], assignment="practice")
    assert (row.student, row.timestamp) == ("alovelace", "2024-01-31 12:00:00 UTC")


def test_is_a_receipt_named_only_where_it_is_all_of_an_attempt(take):
    base = "Practice_ada_attempt_2024-01-"
    names = [f"{base}30-12-00-00.txt", f"{base}31-12-00-00_cover.pdf", f"{base}31-12-00-00.txt"]
    assert [row.problem for row in take(names)] == [
        f"{base}30-12-00-00.txt is no notebook.",
        f"{base}31-12-00-00_cover.pdf is no notebook.",
    ]


def test_is_a_later_attempt_without_a_notebook_named(take):
    base = "Practice_ada_attempt_2024-01-"
    names = [f"{base}30-12-00-00_practice.ipynb", f"{base}30-12-00-00_cover.pdf"]
    rows = take([*names, f"{base}31-12-00-00_new.pdf"])
    assert who(rows) == ["ada"]
    assert [row.problem for row in rows if row.problem] == [
        f"{base}31-12-00-00_new.pdf is no notebook, though of a later attempt than the notebook "
        "that counts: look at it."
    ]


@pytest.mark.parametrize("between", ["/", " - "])
def test_is_brightspace_read_with_its_time(between, take):
    name = f"12345-67890 - Ada Lovelace - Jan 31, 2024 1200 PM{between}practice.ipynb"
    [row] = take([name, "index.html"], people=PEOPLE)
    assert (row.student, row.timestamp) == ("ada", "2024-01-31 12:00:00 UTC")


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("Nov 3, 2026 1159 PM", "2026-11-03 23:59"),
        ("3 November, 2026 1205 AM", "2026-11-03 00:05"),
        ("3 Nov 2026 2359", "2026-11-03 23:59"),
        ("Nov 31, 2026 1159 PM", ""),
        ("3 nivôse, 2026 1159", ""),
    ],
)
def test_is_brightspaces_time_read_in_the_order_of_any_english(said, time, take):
    [row] = take([f"1-2 - Ada Lovelace - {said}/practice.ipynb"], people=PEOPLE)
    assert row.timestamp[:16] == time


def test_is_a_zips_time_read_in_the_courses_zone(take, monkeypatch):
    monkeypatch.setattr("grading.commands.collect.zone_name", lambda: "Europe/Berlin")
    moments = [(3, 28, 1), (3, 28, 2), (3, 28, 3), (10, 31, 2)]
    rows = take(
        [
            (f"P Q{number}_{number}{FILE}", "x", (2027, month, day, hour, 30, 0))
            for number, (month, day, hour) in enumerate(moments)
        ]
    )
    assert [row.timestamp[5:16] for row in rows] == [
        "03-28 00:30",
        "03-28 01:30",
        "03-28 01:30",
        "10-31 00:30",
    ]
    assert "does not exist" in rows[1].note
    assert "comes twice" in rows[3].note


def test_is_the_time_in_utc_taken_that_a_packer_noted():
    info = zipfile.ZipInfo("x", (2027, 3, 1, 12, 30, 0))
    info.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1_800_000_000)
    assert stored(info) == datetime.fromtimestamp(1_800_000_000, UTC)


def test_does_a_canvas_group_go_to_its_members_and_not_to_one_alone(take, tmp_path):
    name = "teama_57_9001_practice.ipynb"
    assert who(take([name], people=PEOPLE)) == []
    (tmp_path / "teams.csv").write_text("id,team\nada,Team A\ncaro,Team A\n")
    assert who(take([name], people=PEOPLE, teams=tmp_path / "teams.csv")) == ["ada", "caro"]


def test_does_an_unknown_zone_get_one_sentence():
    with pytest.raises(times.GradingError, match=r"Exchange\.timezone .* is no zone"):
        times.find_zone("Europe/Nowhere")
    assert times.written(datetime(2027, 7, 1, 2), tz.gettz("Asia/Kolkata")).startswith("2027-06-30")


@pytest.mark.parametrize(
    "named", ["Bob Roe_202_assignsubmission_file_", "202-67890 - Bob Roe - Nov 3, 2026 1159 PM"]
)
@pytest.mark.parametrize("path", ["ada/{}/practice.ipynb", "ada/practice/{}/practice.ipynb"])
def test_is_a_name_in_ones_own_folder_never_somebody_elses(named, path, take):
    """Else it would stand in the way of the other's notebook, or in its place."""
    rows = take({"ada/practice.ipynb": "mine", path.format(named): "", "bob/practice.ipynb": "his"})
    assert {row.student for row in rows if row.path} == {"ada", "bob"}
    assert [row.problem for row in rows if row.student == "bob"] == [""]
