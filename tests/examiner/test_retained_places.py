"""It is told in words where a cell keeps something, by the names that lead there."""

import logging
import os
from types import ModuleType

import pytest

from examiner.cell import FILENAME
from examiner.rotation.library_state import LibraryState
from examiner.rotation.retained_state import Kept

SECRET, OTHER = "Wl3XkqZ0v7", "Jt5mYb2RnC"
DATABASE = (
    "import sqlite3\nx = sqlite3.connect({!r})\nx.execute('CREATE TABLE a (b, c)')\n"
    "x.execute('INSERT INTO a VALUES (1, ?)', [SECRET])\nx.commit()"
)
PLACES = {
    "x = SECRET": "the variable x",
    "x = {'alice': SECRET}": "x['alice']",
    "x = {'no name': SECRET}": "x[…]",
    "x = {5: (0, SECRET)}": "x[5][1]",
    "x = {SECRET: 1}": "a key of x",
    "x = {(1, SECRET): 1}": "a key of x",
    "x = {SECRET}": "the variable x",
    "x = SECRET.encode()": "the variable x",
    "class A: pass\nx = A()\nx.token = [SECRET]": "x.token[0]",
    "class A: __slots__ = ('token',)\nx = A()\nx.token = SECRET": "x.token",
    "class A(dict):\n    def items(self): return ()\nx = A(a=SECRET)": "x['a']",
    "class A: tokens = [SECRET]": "A.tokens[0]",
    "def f(): pass\nf.seen = [SECRET]": "f.seen[0]",
    "def f(a): return lambda: a\nx = f([SECRET])": "a[0], which x() closes over",
    "def g(t):\n    yield t\nx = g([SECRET])\nnext(x)": "t[0], a variable of the generator x",
    "import functools\nx = functools.partial(print, SECRET)": "x.args[0]",
    "import functools\n@functools.cache\ndef f(a): return 1\nf(SECRET)": "the cache of f()",
    "import io\nlog = io.StringIO(SECRET)": "the variable log",
    "import logging\nlogging.getLogger('kept').store = [SECRET]": "a logger",
    DATABASE.format(":memory:"): 'the column "c" of the table "a" in the variable x',
    DATABASE.format("a.db") + "\nx.close()": 'the column "c" of the table "a" in the file a.db',
    "open('a', 'w').write(SECRET)": "the file a",
    "import os\nos.mkdir('a')\nopen('a/' + SECRET, 'w').close()": "the file name a/…",
    "import os\nos.symlink(SECRET, 'a')": "where the link a leads",
    "import os\nos.environ['LEFT'] = SECRET": "os.environ['LEFT']",
}


@pytest.fixture(scope="module")
def before() -> LibraryState:
    """What libraries hold before any of the cells here: a look at all modules of all tests."""
    return LibraryState()


@pytest.fixture
def places(tmp_path, monkeypatch, before):
    """Run a cell in its folder and return where it keeps two texts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("examiner.rotation.retained_files.OPEN_FILES", tmp_path / "of other tests")
    monkeypatch.setattr(os, "environ", {})

    def places(code: str) -> dict[str, str]:
        module = ModuleType("cell")
        code = code.replace("SECRET", repr(SECRET)).replace("OTHER", repr(OTHER))
        exec(compile(code, FILENAME, "exec"), vars(module))
        others = {"os.environ": dict(os.environ)}
        elsewhere = [*before.added(), *before.registered()]
        kept = Kept(module, [tmp_path], others, elsewhere=elsewhere)
        return kept.places([SECRET, OTHER])

    yield places
    vars(logging.getLogger("kept")).pop("store", None)


@pytest.mark.parametrize("code", PLACES)
def test_is_a_place_told_by_the_names_that_lead_there(places, code):
    assert places(code) == {SECRET: PLACES[code]}


def test_is_what_waits_in_a_channel_told_as_such():
    kept = Kept(ModuleType("cell"), [], waiting=[f"a {SECRET}"])
    assert kept.places([SECRET]) == {SECRET: "a pipe or a socket"}


@pytest.mark.parametrize(
    "code", ["x = {SECRET: [OTHER]}", "vars()[SECRET] = {SECRET}; x = [OTHER]"]
)
def test_is_nothing_sought_part_of_the_words(places, code):
    told = places(code)
    assert OTHER in told
    assert SECRET not in "".join(told.values())
