"""Feedback goes back to the LMS under names that it knows, and to nobody else."""

import zipfile
from dataclasses import replace

import pytest

from grading.__main__ import main
from grading.gradebook.row import GRADED, Row
from grading.lms.returning import names, numbered, pack

ADA = Row("ada", "practice", GRADED, first_name="Ada", last_name="Lovelace")
BOB = Row("bob", "practice", GRADED, first_name="Bob", last_name="Roe", lms_user_id="202")
TEAM = ("moodle", "Team A_5_assignsubmission_file/practice.ipynb")


@pytest.mark.parametrize(
    ("lms", "path", "name"),
    [
        (
            "moodle",
            "Ada Lovelace_101_assignsubmission_file/practice.ipynb",
            "Ada Lovelace_101_assignsubmission_file/practice.html",
        ),
        (
            "moodle",
            "Lab 1-Ada Lovelace_101_assignsubmission_file_practice (1).ipynb",
            "Lab 1-Ada Lovelace_101_assignsubmission_file/practice.html",
        ),
        ("canvas", "lovelaceada_201_9001_practice.ipynb", "lovelaceada_201_9001_practice.html"),
        ("canvas", "x/roebob_LATE_202_9002_a-2.ipynb", "roebob_LATE_202_9002_a-2.html"),
        ("canvas", "anon_aB3dE_9003_practice.ipynb", "anon_aB3dE_9003_practice.html"),
    ],
)
def test_does_a_page_get_the_name_that_came(lms, path, name):
    assert names(lms, [ADA], {"ada": (lms, path)}) == ({"ada": name}, [])


def test_is_an_anonymous_participant_found_by_the_number():
    row = replace(ADA, first_name=None, last_name="Participant")
    path = "Participant_101_assignsubmission_file/practice.ipynb"
    found, _ = names("moodle", [row], {"ada": ("moodle", path)})
    assert found == {"ada": "Participant_101_assignsubmission_file/practice.html"}


def test_does_a_teams_number_never_stand_for_a_participant():
    found, left = names("moodle", [ADA, BOB], {"ada": TEAM, "bob": TEAM})
    assert found == {"bob": "Bob Roe_202_assignsubmission_file/practice.html"}
    assert left == ["ada"]
    assert names("moodle", [replace(ADA, lms_user_id="5")], {"ada": TEAM}) == ({}, ["ada"])


@pytest.mark.parametrize(
    "came", [("nbgrader", "ada/practice.ipynb"), ("canvas", "lovelaceada_201_text.html"), None]
)
def test_is_whose_name_is_not_known_left_out_and_named(came):
    assert names("canvas", [ADA], {"ada": came} if came else {}) == ({}, ["ada"])


def test_does_the_number_of_this_assignment_count_for_a_mark():
    path = "Ada Lovelace_202_assignsubmission_file/practice.ipynb"
    ada, bob = numbered("moodle", [ADA, BOB], {"ada": ("moodle", path)})
    assert (ada.lms_user_id, bob.lms_user_id) == ("202", None)
    ada, bob = numbered("moodle", [ADA, BOB], {"ada": TEAM})
    assert (ada.lms_user_id, bob.lms_user_id) == (None, "202")


@pytest.mark.parametrize(
    ("lms", "path", "name"),
    [
        (
            "moodle",
            "Ada Lovelace_101_assignsubmission_file/practice.ipynb",
            "Ada Lovelace_101_assignsubmission_file/practice.html",
        ),
        ("canvas", "lovelaceada_201_9001_practice-1.ipynb", "lovelaceada_201_9001_practice-1.html"),
    ],
)
def test_does_a_page_go_back_by_itself_from_collect_to_the_zip(
    lms, path, name, registered_course, hand_in, tmp_path, capsys
):
    """What came from the LMS is graded, and its page goes into a zip that the LMS takes."""
    root = registered_course(tmp_path / "course")
    hand_in(tmp_path / "ada", "ada", "practice", {})
    notebook = tmp_path / "ada/submitted/ada/practice/practice.ipynb"
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.write(notebook, path)
    options = ["--course", str(root)]
    assert main(["collect", *options, str(tmp_path / "class.zip")]) == 0
    assert main(["grade", *options, "--jobs", "1"]) == 0
    assert main(["feedback", *options, "--format", lms]) == 0
    assert "feedback.zip is written; pages: 1, left out: 0." in capsys.readouterr().out
    with zipfile.ZipFile(root / "feedback.zip") as archive:
        assert archive.namelist() == [name]
        assert b"How strong you are" in archive.read(name)


def test_does_the_class_lists_number_count_where_files_bear_another():
    path = "52101-67890 - Bob Roe - Nov 3, 2026 1159 PM/practice.ipynb"
    [bob] = numbered("brightspace", [BOB], {"bob": ("brightspace", path)})
    assert bob.lms_user_id == "202"


def test_are_the_same_pages_the_same_zip(tmp_path):
    for name in ["one.zip", "two.zip"]:
        pack(tmp_path / name, {"b": b"page", "a": b"page"})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
