"""Files that are no notebook, or are too large, too deep, or alive."""

import json
import re
from pathlib import Path

from tests.grading.hostile.exercise import (
    PAGE,
    Builder,
    Exercise,
    cell,
    checks,
    code,
    deserves,
    dumped,
    marks,
)


def content(data: bytes) -> Builder:
    """Return a builder for a file of these bytes."""
    return lambda exercise, folder: data


# Name → bytes that are no notebook: there is nothing to give points for, and no zero to give.
JUNK = {
    "empty": b"",
    "no_json": b"answer_1 = 'D'",
    "half": b'{"cells": [',
    "null": b"null",
    "list": b"[]",
    "number": b"9",
    "zeros": bytes(1000),
    "noise": bytes(range(256)) * 10,
    "page": b"<html>Please log in</html>",
    "zip": b"PK\x03\x04" + bytes(100),
    "nested": b"[" * 100_000 + b"]" * 100_000,
    "nested_objects": b'{"cells":' * 100_000 + b"1" + b"}" * 100_000,
    "huge_number": b'{"nbformat": ' + b"9" * 100_000 + b', "cells": []}',
    "no_cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "cells_of_wrong_type": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}}',
    "cells_of_numbers": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1, null]}',
}
for _name, _data in JUNK.items():
    _build = content(_data)
    _build.__name__ = f"junk_{_name}"
    deserves("ungraded")(_build)


@deserves("0 or ungraded")
def zero_cells(exercise: Exercise, folder: Path) -> bytes:
    """A good notebook in which nothing is left: nothing answered, or nothing to be graded."""
    return dumped({**exercise.released(), "cells": []})


@deserves("all or ungraded")
def utf_16(exercise: Exercise, folder: Path) -> bytes:
    """No notebook by the format's rule, and the meaning is clear."""
    return json.dumps(exercise.right()).encode("utf-16")


@deserves("all")
def utf_8_with_a_mark(exercise: Exercise, folder: Path) -> bytes:
    """As Windows' Notepad saves it."""
    return b"\xef\xbb\xbf" + dumped(exercise.right())


@deserves("all")
def windows_lines(exercise: Exercise, folder: Path) -> bytes:
    """CRLF between the lines of the file."""
    return json.dumps(exercise.right(), indent=1).replace("\n", "\r\n").encode()


@deserves("all or ungraded")
def latin_1(exercise: Exercise, folder: Path) -> bytes:
    """One byte in a text cell is no UTF-8."""
    return dumped(exercise.right()).replace(b"Five lines", b"F\xefve lines")


@deserves("all or ungraded")
def notebook_of_60_mb(exercise: Exercise, folder: Path) -> bytes:
    """All right below a text of 60 MB; a limit on the size is fair."""
    notebook = exercise.right()
    notebook["cells"].append({**notebook["cells"][0], "id": "long", "source": "y" * 60 * 2**20})
    return dumped(notebook)


@deserves("all or ungraded")
def outputs_of_200_mb(exercise: Exercise, folder: Path) -> bytes:
    """All right, and an output of 200 MB is stored; a limit on the size is fair."""
    notebook = exercise.right()
    text = {"output_type": "stream", "name": "stdout", "text": "y" * 200 * 2**20}
    cell(notebook, "check-1")["outputs"] = [text]
    return dumped(notebook)


@deserves("all")
def outputs_of_2_mb(exercise: Exercise, folder: Path) -> bytes:
    """Plotting much is no crime."""
    notebook = exercise.right()
    text = {"output_type": "stream", "name": "stderr", "text": ["y" * 2**20 + "\n"] * 2}
    cell(notebook, "question-2-code")["outputs"] = [text]
    return dumped(notebook)


@deserves("all")
def outputs_that_are_pages(exercise: Exercise, folder: Path) -> bytes:
    """All right; the stored outputs are live pages and forged marks."""
    notebook = exercise.right()
    kinds = ["text/html", "image/svg+xml", "application/javascript", "text/markdown", "text/latex"]
    page = {"output_type": "display_data", "metadata": {}, "data": dict.fromkeys(kinds, PAGE)}
    for found in notebook["cells"]:
        if found["cell_type"] == "code":
            found["outputs"] = [page]
    return dumped(notebook)


@deserves("0")
def outputs_that_are_marks(exercise: Exercise, folder: Path) -> bytes:
    """No answer was given; the stored outputs say that all is right."""
    notebook = exercise.released()
    for found in checks(notebook):
        found["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "Right."}]
        marks(found)["score"] = 9
    return dumped(notebook)


@deserves("all")
def texts_that_are_pages(exercise: Exercise, folder: Path) -> bytes:
    """All right; the student's own texts and code are live pages."""
    notebook = exercise.right()
    text = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": PAGE}
    text["attachments"] = {'x"><script>y</script>.svg': {"image/svg+xml": PAGE}}
    notebook["cells"][0]["source"] = PAGE
    raw = {"cell_type": "raw", "id": "raw", "metadata": {"format": "text/html"}, "source": PAGE}
    notebook["cells"] += [text, raw, code(f'"""{PAGE}</pre>{PAGE}"""', "own-code")]
    return dumped(notebook)


@deserves("all")
def texts_with_expensive_markdown(exercise: Exercise, folder: Path) -> bytes:
    """All right; the text takes a careless Markdown reader very long."""
    notebook = exercise.right()
    sources = ["[" * 5_000, "*a_ " * 3_000, "> " * 500 + "x", "`" * 5_000, "$" * 3_001]
    notebook["cells"] += [
        {"cell_type": "markdown", "id": f"slow-{number}", "metadata": {}, "source": source}
        for number, source in enumerate(sources)
    ]
    return dumped(notebook)


@deserves("all")
def texts_with_templates(exercise: Exercise, folder: Path) -> bytes:
    """All right; the texts are commands of a template language, and links to files."""
    notebook = exercise.right()
    notebook["cells"][0]["source"] = (
        "{{ 7 * 191 }} {% include '/etc/shadow' %} ![x](file:///etc/passwd)\n"
        "![x](../../../gradebook.db) <img src='file:///etc/passwd'> {{ resources }}\n"
        "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS"
    )
    return dumped(notebook)


@deserves("all or ungraded")
def metadata_nested(exercise: Exercise, folder: Path) -> bytes:
    """All right, under metadata of 100,000 levels; what cannot be read may be given up."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return dumped(exercise.right()).replace(
        b'"metadata": {}', b'"metadata": {"y": ' + deep + b"}", 1
    )


@deserves("all or ungraded")
def metadata_with_nan(exercise: Exercise, folder: Path) -> bytes:
    """Python reads NaN and Infinity, JSON has neither."""
    odd = b'"metadata": {"y": [NaN, Infinity, -Infinity, 1e999, -0.0]}'
    return dumped(exercise.right()).replace(b'"metadata": {}', odd, 1)


@deserves("all or ungraded")
def metadata_with_huge_numbers(exercise: Exercise, folder: Path) -> bytes:
    """Python refuses to read numbers of more than 4,300 digits."""
    odd = b'"metadata": {"y": ' + b"9" * 10_000 + b"}"
    return dumped(exercise.right()).replace(b'"metadata": {}', odd, 1)


@deserves("all or ungraded")
def keys_twice(exercise: Exercise, folder: Path) -> bytes:
    """The first answer's source stands twice; of two equal names the last counts."""
    data = dumped(exercise.right())
    return re.sub(rb'"source": "answer_1', rb'"source": "answer_1 = 1", \g<0>', data, count=1)


@deserves("all")
def source_as_a_list(exercise: Exercise, folder: Path) -> bytes:
    """As the file format has it, here cut in the midst of words."""
    notebook = exercise.right()
    for found in notebook["cells"]:
        found["source"] = list("".join(found["source"]))
    return dumped(notebook)


@deserves("all but 1 or ungraded")
def source_of_wrong_types(exercise: Exercise, folder: Path) -> bytes:
    """Texts that are numbers, and no text in the first answer."""
    notebook = exercise.right()
    cell(notebook, "answer-1")["source"] = None
    for name, odd in {"title": 5, "how-to": {"a": 1}, "question-1": [1, None, ["y"]]}.items():
        cell(notebook, name)["source"] = odd
    return dumped(notebook)


@deserves("all or ungraded")
def cells_of_unknown_kinds(exercise: Exercise, folder: Path) -> bytes:
    """Cells of a kind that does not exist, with members that do not."""
    notebook = exercise.right()
    notebook["cells"].insert(0, {"cell_type": "video", "id": "y", "metadata": {}, "source": "y"})
    notebook["cells"].insert(0, {"id": "z", "metadata": {}, "source": "y", "marks": 9})
    return dumped({**notebook, "score": 9})


@deserves("all or ungraded")
def ten_thousand_cells(exercise: Exercise, folder: Path) -> bytes:
    """All right among 10,000 empty cells."""
    notebook = exercise.right()
    notebook["cells"] += [code("", f"empty-{number}") for number in range(10_000)]
    return dumped(notebook)
