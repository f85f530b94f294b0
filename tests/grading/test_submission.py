"""Whatever a student's folder holds: the notebook's cells, or one sentence that says why not."""

import json
import os
import socket
from functools import partial
from pathlib import Path

import pytest

from grading.code_exercises import CODE_EXERCISES, answer_source
from grading.errors import Ungradable
from grading.examining.exercise import Check
from grading.examining.multiple_choice import mark
from grading.submission import MAX_BYTES, Cell, candidates, cells, content, read

PRACTICE = "practice.ipynb"
# What reads an answer out of cells, by the cell's name.
READERS = {
    "answer-1": partial(mark, Check("check-1", 1, "")),
    "answer-rotation": partial(answer_source, CODE_EXERCISES["rotation"]),
}


@pytest.fixture
def folder(tmp_path) -> Path:
    """The folder of a student's practice."""
    folder = tmp_path / "submitted/alice/practice"
    folder.mkdir(parents=True)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(Ungradable) as caught:
        read(folder, "practice")
    return str(caught.value)


def notebook(*found: object, **more: object) -> bytes:
    return json.dumps({"cells": list(found), "nbformat": 4, "nbformat_minor": 5} | more).encode()


def code(source: object, **more: object) -> dict:
    return {"cell_type": "code", "source": source} | more


@pytest.mark.parametrize("name", [PRACTICE, "practice (1).ipynb", "Übung.IPYNB", "a\nb.ipynb"])
def test_is_the_only_notebook_read_whatever_its_name(folder, name):
    (folder / name).write_bytes(b"{}")
    (folder / "notes.txt").write_bytes(b"other")
    assert read(folder, "practice") == b"{}"


def test_does_the_right_name_win_over_others(folder):
    for name in ("a.ipynb", PRACTICE, "z.ipynb"):
        (folder / name).write_text(name)
    assert read(folder, "practice") == PRACTICE.encode()


def test_are_several_renamed_notebooks_named(folder):
    for number in range(9):
        (folder / f"{number}.ipynb").touch()
    told = refusal(folder)
    assert "several notebooks and none is practice.ipynb: 0.ipynb, 1.ipynb" in told
    assert "5.ipynb" not in told


def test_can_a_reason_be_stored_whatever_a_file_is_called(folder):
    for name in (b"\xff.ipynb", b"\xfe.ipynb"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).touch()
    assert refusal(folder).encode().count(b"?") == 2


def test_is_an_empty_folder_told_from_none(folder):
    assert refusal(folder) == "There is no practice.ipynb in alice/practice."
    folder.rmdir()
    assert refusal(folder) == "There is no folder practice in alice."
    folder.touch()
    assert refusal(folder) == "There is no folder practice in alice."


@pytest.mark.parametrize("level", ["notebook", "assignment", "student"])
def test_is_a_link_followed_at_no_level(folder, tmp_path, level):
    real = tmp_path / "real"
    (real / "practice").mkdir(parents=True)
    (real / "practice" / PRACTICE).write_text("SECRET")
    if level == "notebook":
        (folder / PRACTICE).symlink_to(real / "practice" / PRACTICE)
    else:
        place = folder if level == "assignment" else folder.parent
        folder.rmdir()
        folder.parent.rmdir() if level == "student" else None
        place.symlink_to(real / "practice" if level == "assignment" else real)
    told = refusal(folder)
    assert "cannot be read" in told or "is a link and no folder" in told


def make_a_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's path may be no longer than 107 characters
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.name)
    os.chdir(here)


MAKERS = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "socket": make_a_socket,
    "dangling link": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_is_what_is_no_file_refused_at_once(folder, kind):
    MAKERS[kind](folder / PRACTICE)
    assert refusal(folder).startswith("practice.ipynb ")


def test_is_a_pipe_with_a_writer_no_file_either(folder):
    os.mkfifo(folder / PRACTICE)
    both = os.open(folder / PRACTICE, os.O_RDWR)
    os.write(both, b"{}")
    assert refusal(folder) == "practice.ipynb is no ordinary file."
    os.close(both)


def test_is_a_folder_that_nobody_may_read_one_sentence(folder, monkeypatch):
    def closed(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)
    assert refusal(folder) == "alice/practice cannot be read: Permission denied."


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False), (10**10, False)])
def test_how_large_may_a_notebook_be(folder, more, fits):
    with (folder / PRACTICE).open("wb") as file:
        file.truncate(MAX_BYTES + more)
    if fits:
        assert len(content(folder / PRACTICE)) == MAX_BYTES
    else:
        assert "larger than 10 MB: clear its outputs" in refusal(folder)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"not JSON", "is not JSON"),
        (b"\xff\xfe\xfa", "is not JSON"),
        (b"\x80{}", "is not JSON"),
        (b'{"cells": [' + b"1" * 5000 + b"]}", "is not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b"[]", "holds no object"),
        (b"null", "holds no object"),
        (b"{}", "no list of cells"),
        (b'{"cells": {"a": 1}}', "no list of cells"),
        (b'{"cells": [1, "a", null]}', "should be cells are none"),
        (b'{"worksheets": []}', "cannot be converted"),
        (b'{"worksheets": [{}], "nbformat": 3}', "cannot be converted"),
        (b'{"worksheets": [], "nbformat": "x"}', "cannot be converted"),
    ],
)
def test_is_what_is_no_notebook_told_in_one_sentence(data, why):
    with pytest.raises(Ungradable, match=why) as caught:
        cells(data)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_is_a_notebook_read_in_each_encoding_of_json(encoding):
    text = '{"cells": [{"cell_type": "code", "source": "x = \'ä漢\'"}]}'
    assert cells(text.encode(encoding)) == [Cell("code", "x = 'ä漢'")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (["a\n", "b"], "a\nb"),
        ("a\r\nb", "a\nb"),
        (["a\r", "\nb"], "a\nb"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("a\ud800b", "a?b"),
        (["a", 1, None, ["b"], "c"], "ac"),
        (None, ""),
        ({"a": 1}, ""),
        (7, ""),
    ],
)
def test_is_a_source_text_that_can_be_written_anywhere(source, text):
    [cell] = cells(notebook(code(source)))
    assert cell.source == text
    cell.source.encode()


def test_do_an_empty_list_and_odd_cells_stop_nobody():
    assert cells(notebook()) == []
    odd = [1, code("x"), {}, {"cell_type": 5, "id": 5, "metadata": {"nbgrader": 3}}]
    none = Cell("raw", "", is_text=False)
    assert cells(notebook(*odd)) == [Cell("code", "x"), none, none]


@pytest.mark.parametrize("source", [7, None, {"a": 1}, ["def token(): ...", 7], True])
@pytest.mark.parametrize("name", READERS)
def test_is_an_answer_that_is_no_text_never_taken_for_a_blank(source, name):
    found = cells(notebook(code("x = 1", id="a"), code(source, id=name)))
    with pytest.raises(Ungradable, match=f"{name} holds no text"):
        READERS[name](found)


@pytest.mark.parametrize("source", ["", [], "x", ["x\n", "y"]])
def test_may_an_answer_be_a_blank_or_a_list_of_lines(source):
    found = cells(notebook(code(source, id="answer-1"), code(7, id="mine")))
    assert mark(Check("check-1", 1, ""), found)[1] == "".join(source)


@pytest.mark.parametrize("metadata", [None, 1, [], {}, {"nbgrader": []}, {"nbgrader": None}])
def test_does_odd_metadata_leave_the_id(metadata):
    assert cells(notebook(code("x", id="a", metadata=metadata)))[0].ids == ("a", None)


def test_are_both_names_of_a_cell_known():
    marks = {"nbgrader": {"grade_id": "b"}, "tags": ["x"]}
    assert cells(notebook(code("x", id="a", metadata=marks)))[0].ids == ("a", "b")


def test_is_a_notebook_of_format_3_read():
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1\n", "y"], "outputs": []}]}
    sheet["cells"][0] |= {"metadata": {"nbgrader": {"grade_id": "answer-1"}}}
    old = {"worksheets": [sheet], "nbformat": 3, "nbformat_minor": 0, "metadata": {}}
    [cell] = cells(json.dumps(old).encode())
    assert (cell.kind, cell.source, cell.ids[1]) == ("code", "x = 1\ny", "answer-1")


def test_does_an_own_id_count_before_nbgraders_and_that_before_what_a_cell_says():
    own, marked = Cell("code", "1", ("a", None)), Cell("code", "2", (None, "a"))
    saying, text = Cell("code", "answer"), Cell("markdown", "answer")

    def found(*given):
        return candidates(iter(given), "a", "answer".__eq__)

    assert found(text, saying, marked, own, own) == [own, own]
    assert found(text, saying, marked) == [marked]
    assert found(text, saying, saying) == [saying, saying]
    assert found(text) == []
