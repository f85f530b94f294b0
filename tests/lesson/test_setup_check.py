"""The set-up check says what is wrong, part by part."""

import os
import re
import sys
from importlib import metadata

import pytest

from lesson import check_setup, setup_check


def test_is_this_environment_ready():
    report = check_setup()
    assert report.ready
    assert repr(report).splitlines()[-1] == "You are ready."
    assert repr(report).count("ok  ") == 4


def test_is_an_old_python_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    report = check_setup()
    assert not report.ready
    assert "problem  Python 3.11 or newer: this is Python 3.9; install a newer one." in repr(report)
    assert "Mend the problems above" in repr(report)


def test_are_missing_and_wrong_packages_named(tmp_path):
    pins = tmp_path / "requirements.txt"
    pins.write_text(
        "# a comment with a==1\nflask==0.1\n    # via x\nno-such-package==2.0\n"
        "colorama==99 ; sys_platform == 'nowhere'\n-e .\n"
    )
    problem = setup_check.package_problem(pins)
    assert problem.startswith("flask is 3.")
    assert "needed is ==0.1, no-such-package is missing, needed is ==2.0; " in problem
    assert "make lab" in problem
    assert "colorama" not in problem


def test_is_nobody_sent_away_who_lacks_what_learners_do_not_need(monkeypatch, repository):
    learners, all_of_them = (
        set(re.findall(r"^([\w-]+)==", (repository / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )

    def version(package: str, found=metadata.version) -> str:
        if package in all_of_them - learners:
            raise metadata.PackageNotFoundError(package)
        return found(package)

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version("playwright")
    assert check_setup().ready


def test_is_a_missing_requirements_file_named(tmp_path):
    assert "requirements.txt is not there" in setup_check.package_problem(
        tmp_path / "requirements.txt"
    )


def test_is_a_server_that_does_not_answer_named(monkeypatch):
    def blocked(self):
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(setup_check.EmbeddedServer, "start", blocked)
    assert "nothing answers on 127.0.0.1 (Operation not permitted)" in setup_check.server_problem()


def test_does_the_check_leave_the_course_running(request):
    from lesson import start_course

    course = start_course()
    request.addfinalizer(course.server.stop)
    check_setup()
    assert course.client.get("/me").status_code == 401


def test_is_a_read_only_folder_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert str(tmp_path) in setup_check.folder_problem(tmp_path)


def test_does_a_check_that_breaks_hide_no_other(monkeypatch):
    monkeypatch.setattr(setup_check, "python_problem", lambda: 1 / 0)
    report = check_setup()
    assert "could not be checked (ZeroDivisionError: division by zero)" in repr(report)
    assert repr(report).count("ok  ") == 3


@pytest.mark.parametrize("exists", [True, False])
def test_does_the_first_cell_say_whether_the_course_is_here(exists, monkeypatch, repository):
    """It runs before anything is imported, so the learner gets a sentence and no traceback."""
    import importlib.util

    import nbformat

    notebook = nbformat.read(repository / "notebooks/00_start_here.ipynb", as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "check-kernel")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: exists or None)
    scope = {}
    exec(cell.source, scope)
    assert ("go on" in scope["result"]) == exists
    assert ("README" in scope["result"]) != exists
