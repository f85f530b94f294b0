"""A name or a folder that nobody expects ends no command, and no terminal obeys it."""

import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grading.__main__ import main
from grading.commands.collect import collect
from grading.commands.handed_in import submitted
from grading.errors import Ungradable
from grading.printing import printable
from grading.submission import read

ESCAPE, TURNED = "\x1b[2J\x1b]0;all right\x07", "\u202egnp.ipynb"
ORDINARY = 65534  # a user who has no rights; root could read what nobody may


@pytest.fixture
def root(registered_course, hand_in, tmp_path):
    """A course folder in which somebody honest has handed in."""
    root = registered_course(tmp_path / "course")
    hand_in(root, "good", "practice", {})
    return root


@contextmanager
def closed_to_us(folder: Path, course: Path) -> Iterator[None]:
    """Be a user whom a mode of 000 keeps out of a folder; root could read it."""
    is_root = os.geteuid() == 0
    for path in [course, *course.rglob("*")] if is_root else []:
        os.chown(path, ORDINARY, ORDINARY)
    folder.chmod(0)
    try:
        os.seteuid(ORDINARY if is_root else os.geteuid())
        yield
    finally:
        os.seteuid(0 if is_root else os.geteuid())
        folder.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", [b"b\xff\xfed", b"two\nlines", ESCAPE.encode(), b"a\xe2\x80\xaeb"])
def test_is_a_folder_named_that_can_be_no_students_and_the_rest_graded(name, root, capsys):
    shutil.copytree(root / "submitted/good", root / "submitted" / os.fsdecode(name))
    assert main(["grade", "--course", str(root), "--jobs", "1"]) == 1
    told = capsys.readouterr().out
    assert "1 graded." in told
    assert "its name has signs that cannot be printed; rename it" in told
    assert all(sign.isprintable() for sign in told.replace("\n", ""))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_does_no_terminal_obey_the_name_of_a_file(root, capsys):
    for name in (f"{ESCAPE}.ipynb", TURNED):
        path = root / "submitted/ada/practice" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    for command in ("grade", "status", "export"):
        assert main([command, "--course", str(root)]) == 1
        told = capsys.readouterr().out
        assert "\\x1b[2J" in told
        assert all(sign.isprintable() for sign in told.replace("\n", ""))


def test_is_a_text_that_can_be_read_printed_as_it_is():
    text = "Zoë, 张伟 and Ægir → 9 points\n\t“all”"
    assert printable(text) == text


def test_is_what_lies_too_deep_named_and_the_rest_collected(root, tmp_path):
    """Folders can be made in each other until a program that calls itself for each one ends."""
    source = shutil.copytree(root / "submitted", tmp_path / "from")
    (source / "good" / "/".join("d" * 60)).mkdir(parents=True)
    good, deep = collect(source, root)
    assert (good.student, good.problem) == ("good", "")
    assert deep.problem.endswith("lies in more than 40 folders.")


@pytest.mark.parametrize(
    "name",
    [
        " " * 60_000 + "x/practice.ipynb",
        "a_1_" * 15_000 + "/practice.ipynb",
        "é" * 200 + "/practice.ipynb",
        "d/" * 1100 + "practice.ipynb",
    ],
)
def test_is_a_name_that_no_folder_can_have_refused_at_once(name, root, tmp_path):
    """A pattern may take minutes for one."""
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr(name, "{}")
        archive.writestr("ada/practice.ipynb", "{}")
    ada, odd = collect(tmp_path / "class.zip", root)
    assert ada.student == "ada"
    assert "more than" in odd.problem


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_is_a_folder_that_nobody_may_read_named_and_the_rest_goes_on(root, request):
    folder = TemporaryDirectory()  # below tmp_path another user may read nothing
    request.addfinalizer(folder.cleanup)
    Path(folder.name).chmod(0o755)
    root = shutil.copytree(root, Path(folder.name) / "course")
    closed = root / "submitted/closed/practice"
    shutil.copytree(root / "submitted/good/practice", closed)
    with closed_to_us(closed.parent, root):
        assert submitted(root, "practice") == ["closed", "good"]
        with pytest.raises(Ungradable, match="closed/practice cannot be read"):
            read(closed, "practice")
        rows = {row.student: row.problem for row in collect(root / "submitted", root)}
    assert rows == {"good": "", "": "closed cannot be read: Permission denied."}
