"""Whatever a cell keeps is found, and nothing is looked for elsewhere."""

import json
import os
from types import ModuleType

import pytest

from examiner.keeping import kept
from examiner.process import MAX_REPLY_BYTES

SECRET = "Wl3XkqZ0v7"
WAYS = {
    "a variable": "x = SECRET",
    "a key": "x = {SECRET: 1}",
    "a key of two parts": "x = {(SECRET, 1): 1}",
    "a nested list": "x = [[{'a': (SECRET,)}]]",
    "a set": "x = {SECRET}",
    "bytes": "x = SECRET.encode()",
    "a bytearray": "x = bytearray(SECRET.encode())",
    "a deque": "import collections\nx = collections.deque([SECRET])",
    "a default dictionary": "import collections\nx = collections.defaultdict(list, {SECRET: 1})",
    "an object": "class A: pass\nx = A()\nx.token = SECRET",
    "an object with slots": "class A: __slots__ = ('token',)\nx = A()\nx.token = SECRET",
    "a dataclass": "import dataclasses\n@dataclasses.dataclass\nclass A: t: str\nx = A(SECRET)",
    "a named tuple": "import collections\nA = collections.namedtuple('A', 't')\nx = A(SECRET)",
    "a class": "class A: tokens = [SECRET]",
    "a default argument": "def f(a=[SECRET]): pass",
    "a closure": "def f(a):\n    return lambda: a\nx = f([SECRET])",
    "a function's attribute": "def f(): pass\nf.token = SECRET",
    "a method": "class A:\n    def f(self): pass\nA.t = SECRET\nx = A().f",
    "a partial": "import functools\nx = functools.partial(print, SECRET)",
    "a cache": "import functools\n@functools.cache\ndef f(a): return 1\nf(SECRET)",
    "a queue": "import queue\nx = queue.Queue()\nx.put(SECRET)",
    "a buffer": "import io\nx = io.StringIO(SECRET)\ny = io.BytesIO(SECRET.encode())",
    "a namespace": "import types\nx = types.SimpleNamespace(t=SECRET)",
    "a generator": "def g(t):\n    yield t\nx = g([SECRET])\nnext(x)",
    "an exception": "x = ValueError(SECRET)",
    "a database": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    "x.execute('CREATE TABLE a (t)')\nx.execute('INSERT INTO a VALUES (?)', [SECRET])",
    "a database of bytes": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    "x.execute('CREATE TABLE a (t)')\nx.execute('INSERT INTO a VALUES (?)', [SECRET.encode()])",
    "a database with rows of its own": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    "x.row_factory = lambda cursor, row: {}\nx.text_factory = bytes\n"
    'x.execute(\'CREATE TABLE "a ""b" (t)\')\n'
    'x.execute(\'INSERT INTO "a ""b" VALUES (?)\', [SECRET])',
    "a file": "open('tokens.txt', 'w').write(SECRET)",
    "a file's name": "open(SECRET, 'w').close()",
    "a file in a folder": "import os\nos.mkdir('a')\nopen('a/b', 'w').write(SECRET)",
    "a shelf": "import shelve\nwith shelve.open('s') as s: s['a'] = SECRET",
    "a pickle": "import pickle\npickle.dump([SECRET], open('p', 'wb'))",
}


@pytest.fixture
def cell(tmp_path, monkeypatch):
    """Run a cell in its folder and return what it keeps, as one text."""
    monkeypatch.chdir(tmp_path)

    def cell(code: str) -> str:
        module = ModuleType("cell")
        exec(compile(code.replace("SECRET", repr(SECRET)), "<cell>", "exec"), vars(module))
        return "\n".join(kept(module, [tmp_path]))

    return cell


@pytest.mark.parametrize("way", WAYS)
def test_is_it_found(cell, way):
    assert SECRET in cell(WAYS[way])


def test_is_a_number_found_that_is_a_token(cell):
    assert "1267650600228229401496703205376" in cell("x = 2 ** 100")


@pytest.mark.parametrize(
    "code",
    [
        "x = 123456789012345",
        "import sqlite3\nx = sqlite3.connect('a')\nx.execute('CREATE TABLE a (t INTEGER)')\n"
        "x.execute('INSERT INTO a VALUES (123456789012345)')\nx.commit()\nx.close()",
    ],
)
def test_is_a_short_number_found(cell, code):
    assert "123456789012345" in cell(code)


def test_does_a_number_that_is_a_set_of_bits_cost_nothing(cell):
    assert SECRET in cell("x = [1 << 65_536, SECRET]")


@pytest.mark.parametrize("kept_as", ["x = 'é漢'.encode()", "open('a', 'w').write('é漢')"])
def test_is_a_text_found_that_is_not_english(cell, kept_as):
    assert "é漢" in cell(kept_as)


@pytest.mark.parametrize(
    "much",
    [
        "open('0', 'wb').truncate(10**10)",
        "x = {i: str(i) for i in range(100_000)}",
        "open('0', 'wb').write(bytes(range(256)) * 10_000)",
    ],
)
def test_does_it_fit_into_a_reply_however_much_it_is(cell, much):
    assert len(json.dumps(cell(much))) < MAX_REPLY_BYTES


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_does_a_file_stay_a_file_beside_what_cannot_be_read(cell):
    code = "import os\nopen('b', 'w').write(SECRET)\nos.mkfifo('a')\nos.symlink('.', 'c')"
    assert SECRET in cell(code)


@pytest.mark.parametrize(
    "code", ["x = 1", "def f():\n    return SECRET", "import jwt, flask, threading, logging"]
)
def test_is_the_code_itself_nothing_that_is_kept(cell, code):
    said = cell(code)
    assert SECRET not in said
    assert len(said) < 100


def test_does_a_ring_come_to_an_end(cell):
    assert SECRET in cell("x = [SECRET]\nx.append(x)")
