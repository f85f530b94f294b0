"""A notebook that is in order is read without nbformat, and comes out the same."""

import json
from contextlib import suppress

import pytest

from grading import notebooks
from grading.errors import GradingError
from grading.notebooks import read_notebook
from grading.plain_notebook import read_plain


@pytest.fixture
def by_nbformat(monkeypatch) -> list[str]:
    """The names of the notebooks for which nbformat was asked."""
    asked: list[str] = []

    def read(path):
        asked.append(path.name)
        return read_notebook(path)

    monkeypatch.setattr(notebooks, "read_notebook", read)
    return asked


def test_is_a_notebook_of_the_course_read_as_nbformat_reads_it(repository, by_nbformat):
    paths = sorted(repository.glob("solutions/*/*.ipynb"))
    for path in paths:
        found, expected = read_plain(path), read_notebook(path)
        assert found["metadata"] == expected.metadata
        for mine, theirs in zip(found["cells"], expected.cells, strict=True):
            kept = ("id", "cell_type", "source", "metadata")
            assert [mine[name] for name in kept] == [theirs[name] for name in kept]
    assert len(paths) == 4
    assert not by_nbformat


def odd(notebook: dict) -> dict[str, dict]:
    """Return notebooks of which nbformat makes something else, or complains."""
    cell, *others = notebook["cells"]

    def changed(**members):
        return notebook | {"cells": [cell | members, *others]}

    without_id = {name: value for name, value in cell.items() if name != "id"}
    return {
        "format 3": notebook | {"nbformat": 3},
        "format 4.4": notebook | {"nbformat_minor": 4},
        "no metadata": notebook | {"metadata": None},
        "signed": notebook | {"metadata": notebook["metadata"] | {"signature": "abc"}},
        "no cells": notebook | {"cells": None},
        "a cell that is none": notebook | {"cells": ["text", *others]},
        "no id": notebook | {"cells": [without_id, *others]},
        "an id twice": changed(id=others[0]["id"]),
        "a kind that is none": changed(cell_type="poem"),
        "a source that is none": changed(source=7),
        "trusted": changed(metadata={"trusted": True}),
        "code without outputs": changed(cell_type="code"),
    }


@pytest.mark.parametrize("which", sorted(odd({"metadata": {}, "cells": [{}, {"id": ""}]})))
def test_is_a_notebook_out_of_order_left_to_nbformat(repository, tmp_path, by_nbformat, which):
    notebook = json.loads((repository / "solutions/practice/practice.ipynb").read_text("utf-8"))
    path = tmp_path / "practice.ipynb"
    path.write_text(json.dumps(odd(notebook)[which]), encoding="utf-8")
    with suppress(GradingError):  # what nbformat makes of it is no matter here
        read_plain(path)
    assert by_nbformat == ["practice.ipynb"]


@pytest.mark.parametrize("content", [b"not JSON", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_is_what_is_no_notebook_named(tmp_path, content):
    (tmp_path / "odd.ipynb").write_bytes(content)
    with pytest.raises(GradingError, match=r"odd\.ipynb is not a notebook \(\w+\)\."):
        read_plain(tmp_path / "odd.ipynb")


def test_is_a_notebook_that_is_not_there_named(tmp_path):
    with pytest.raises(GradingError, match=r"there is no none\.ipynb in "):
        read_plain(tmp_path / "none.ipynb")
