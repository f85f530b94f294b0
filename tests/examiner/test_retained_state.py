"""Whatever a cell keeps is found, and nothing is looked for elsewhere."""

import json
import os
import threading
from pathlib import Path
from types import ModuleType

import pytest

from examiner.cell import FILENAME
from examiner.process import MAX_REPLY_BYTES, Worker
from examiner.rotation.retained_state import Kept
from examiner.rotation.subject import open_app

SECRET = "Wl3XkqZ0v7"
NUMBER = "987654321987654321"
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
    "a module of its own": "import types\nx = types.ModuleType('x')\nx.t = SECRET",
    "a class that lies about its module": "class A:\n    __module__ = 'flask'\n    t = SECRET",
    "a class with a lying maker": "class M(type):\n    __module__ = property(lambda s: 'flask')\n"
    "class A(metaclass=M):\n    t = SECRET",
    "a class with a module that is none": "class A:\n    __module__ = []\n    t = SECRET",
    "a class that lies about its name": "class A:\n    __module__ = 'threading'\n"
    "    __qualname__ = 'Thread'\nx = A()\nx.t = SECRET",
    "an object that lies about its class": "import logging\nclass A:\n"
    "    __class__ = property(lambda s: logging.Logger)\nx = A()\nx.t = SECRET",
    "a text that lies": "class A(str):\n    def __str__(self): return ''\n"
    "    __repr__ = __format__ = encode = __str__\nx = A(SECRET)",
    "bytes that lie": "class A(bytes):\n    def __bytes__(self): return b''\n"
    "    def __buffer__(self, flags): return memoryview(b'')\n    def decode(self): return ''\n"
    "x = A(SECRET.encode())",
    "a number that lies": "class A(int):\n    def __index__(self): return 0\n"
    "    __int__ = __index__\n    def bit_length(self): return 0\nx = A(SECRET_NUMBER)",
    "a dictionary that lies": "class A(dict):\n    def __iter__(self): return iter(())\n"
    "    keys = values = items = __iter__\nx = A({SECRET: 1})",
    "a buffer that lies": "import io\nclass A(io.StringIO):\n    def getvalue(self): return ''\n"
    "x = A()\nx.write(SECRET)",
    "a buffer that says it is closed": "import io\nclass A(io.BytesIO):\n    closed = True\n"
    "x = A()\nx.write(SECRET.encode())",
    "an array": "import array\nx = array.array('B', SECRET.encode())",
    "a map of memory": "import mmap\nx = mmap.mmap(-1, 100)\nx.write(SECRET.encode())",
    "a view": "x = memoryview(SECRET.encode())",
    "an event of threads": "import threading\nx = threading.Event()\nx.t = [SECRET]",
    "a thread that has not begun": "import threading\nx = threading.Thread(args=(SECRET,))",
    "a logger": "import logging\nx = logging.getLogger('x')\nx.t = {'a': SECRET}",
    "a record of a log": "import logging\nx = [logging.makeLogRecord({'msg': SECRET})]",
    "the environment": "import os\nos.environ['LEFT'] = SECRET",
    "a file deep down": "import os\nos.makedirs('a/' * 90)\n"
    "open('a/' * 90 + 'b', 'w').write(SECRET)",
    "a table of a moment": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    "x.execute('CREATE TEMP TABLE a (t)')\nx.execute('INSERT INTO a VALUES (?)', [SECRET])",
    "a database beside a database": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    'x.execute(\'ATTACH ":memory:" AS "b ""c"\')\nx.execute(\'CREATE TABLE "b ""c".a (t)\')\n'
    "x.execute('INSERT INTO a VALUES (?)', [SECRET])",
    "a transaction that goes on": "import sqlite3\n"
    "x = sqlite3.connect('a', check_same_thread=False)\nx.execute('CREATE TABLE a (t)')\n"
    "x.commit()\nx.execute('INSERT INTO a VALUES (?)', [SECRET])",
    "a database that allows nobody to look": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    "x.execute('CREATE TABLE a (t)')\nx.execute('INSERT INTO a VALUES (?)', [SECRET])\n"
    "x.set_authorizer(lambda *a: sqlite3.SQLITE_DENY)",
    "a thread's own names": "import threading\nx = threading.local()\nx.t = [SECRET]",
    "the names of a thread that waits": "import threading\nx = threading.local()\n"
    "ready, over = threading.Event(), threading.Event()\n"
    "def f(t):\n    x.t = t\n    del t\n    ready.set()\n    over.wait(1)\n"
    "threading.Thread(target=f, args=([SECRET],)).start()\nready.wait()",
    "a dictionary of many": "import werkzeug.datastructures\n"
    "x = werkzeug.datastructures.MultiDict({'a': SECRET})",
    "headers": "import werkzeug.datastructures as d\nx = d.Headers([('a', SECRET)])",
    "a session of flask": "import flask.sessions\n"
    "x = flask.sessions.SecureCookieSession({'a': SECRET})",
    "the names of a context": "import flask.ctx\nx = flask.ctx._AppCtxGlobals()\nx.t = SECRET",
    "two underscores": "__x = [SECRET]",
    "a message that was warned of": "import warnings\n"
    "with warnings.catch_warnings(record=True):\n    warnings.warn(SECRET)",
    "signs in a list": "x = list(SECRET)",
    "signs in a deque": "import collections\nx = collections.deque(SECRET)",
    "numbers of signs": "x = [ord(sign) for sign in SECRET]",
    "wide numbers of signs": "import array\nx = array.array('I', map(ord, SECRET))",
    "a tuple of bytes": "x = tuple(SECRET.encode())",
    "a decimal number": "import decimal\nx = decimal.Decimal(SECRET_NUMBER) / 1000",
    "a fraction": "import fractions\nx = fractions.Fraction(SECRET_NUMBER, 2)",
    "an address": "import ipaddress\nx = ipaddress.IPv6Address(SECRET_NUMBER)",
    "a number of a UUID": "import uuid\nx = uuid.UUID(int=SECRET_NUMBER)",
    "a path": "import pathlib\nx = pathlib.Path('a', SECRET, 'b')",
    "a match": "import re\nx = re.match('.*', SECRET)",
    "a pattern": "import re\nx = re.compile(SECRET)",
    "an iterator": "x = iter([SECRET])",
    "a ring of itertools": "import itertools\nx = itertools.cycle([SECRET])",
    "a heap": "import heapq\nx = []\nheapq.heappush(x, (1, SECRET))",
    "a priority queue": "import queue\nx = queue.PriorityQueue()\nx.put((1, SECRET))",
    "a simple queue": "import queue\nx = queue.SimpleQueue()\nx.put(SECRET)",
    "a queue of asyncio": "import asyncio\nx = asyncio.Queue()\nx.put_nowait(SECRET)",
    "a coroutine that has begun": "import types\n@types.coroutine\ndef w(): yield\n"
    "async def f(t):\n    t = [t]\n    await w()\nx = f(SECRET)\nx.send(None)",
    "a generator that is asynchronous": "async def g(t):\n    yield t\nx = g(SECRET)\n"
    "try:\n    x.__anext__().send(None)\nexcept StopIteration:\n    pass",
    "a context": "import contextvars\nv = contextvars.ContextVar('v')\nv.set(SECRET)\n"
    "x = contextvars.copy_context()\nv.set('')",
    "a variable of contexts": "import contextvars\n"
    "x = contextvars.ContextVar('v', default=[SECRET])",
    "an error with its frames": "def f(t):\n    raise ValueError\ntry:\n    f(SECRET)\n"
    "except ValueError as error:\n    x = error",
    "a weak reference": "import weakref, gc\nclass A: pass\ny = A()\ny.t = [SECRET]\n"
    "x = weakref.ref(y)\nh = [y]\ndel y",
    "a weak dictionary": "import weakref\nclass A: pass\ny = A()\n"
    "x = weakref.WeakKeyDictionary({y: SECRET})",
    "a method of a list": "x = [SECRET].append",
    "a property": "class A:\n    t = property(lambda self, t=[SECRET]: t)",
    "a class of a class": "class M(type):\n    t = [SECRET]\nclass A(metaclass=M): pass",
    "a descriptor": "class D:\n    def __init__(self, t): self.t = t\n"
    "    def __get__(self, *a): return 1\nclass A: x = D(SECRET)",
    "an enumeration": "import enum\nclass A(enum.Enum): t = SECRET",
    "a cookie": "import http.cookies\nx = http.cookies.SimpleCookie()\nx['t'] = SECRET",
    "a jar of cookies": "import http.cookiejar\nx = http.cookiejar.CookieJar()\n"
    "x.set_cookie(http.cookiejar.Cookie(0, 't', SECRET, *'abcdefgh', 1, *'abcde'))",
    "an answer of flask": "import flask\nx = flask.Response(SECRET)",
    "a request of flask": "import flask, werkzeug.test\n"
    "x = flask.Request(werkzeug.test.EnvironBuilder(query_string=SECRET).get_environ())",
    "a configuration": "import configparser\nx = configparser.ConfigParser()\n"
    "x.read_dict({'a': {'t': SECRET}})",
    "a tree of XML": "import xml.etree.ElementTree as e\nx = e.Element('a', t=SECRET)",
    "a row of a database": "import sqlite3\ny = sqlite3.connect(':memory:')\n"
    "y.row_factory = sqlite3.Row\nx = y.execute('SELECT ?', [SECRET]).fetchone()\ny = None",
    "a timer": "import threading\nx = threading.Timer(99, print, [SECRET])",
    "a pool's work": "import concurrent.futures as c\nx = c.Future()\nx.set_result(SECRET)",
    "compressed": "import zlib\nx = zlib.compress(b'a' * 99 + SECRET.encode())",
    "compressed twice": "import zlib, bz2\nx = bz2.compress(zlib.compress(b'a' + SECRET.encode()))",
    "a database that counts steps": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    "x.execute('CREATE TABLE a (t)')\nx.execute('INSERT INTO a VALUES (?)', [SECRET])\n"
    "x.set_progress_handler(lambda: 1, 1)",
    "a database that changes texts": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    "x.execute('CREATE TABLE a (t TEXT)')\nx.execute('INSERT INTO a VALUES (?)', [SECRET])\n"
    "x.text_factory = lambda text: ''",
    "a database that converts": "import sqlite3\nsqlite3.register_converter('own', len)\n"
    "x = sqlite3.connect(':memory:', detect_types=sqlite3.PARSE_DECLTYPES)\n"
    "x.execute('CREATE TABLE a (t OWN)')\nx.execute('INSERT INTO a VALUES (?)', [SECRET])",
    "a table of a database for search": "import sqlite3\nx = sqlite3.connect(':memory:')\n"
    "x.execute('CREATE VIRTUAL TABLE a USING fts5(t)')\n"
    "x.execute('INSERT INTO a VALUES (?)', [SECRET])",
    "a file that is open": "x = open('a', 'wb')\nx.write(SECRET.encode())",
    "a text file that is open": "x = open('a', 'w')\nx.write('x' * 9000 + SECRET)\nx.write('x')",
    "a file that is open for both": "x = open('a', 'w+b')\nx.write(SECRET.encode())",
    "a link": "import os\nos.symlink(SECRET, 'a')",
    "names of folders": "import os\nos.makedirs('a/' + SECRET[:2] + '/' + SECRET[2:])",
    "an attribute of a file": "import os\nopen('a', 'w').close()\n"
    "os.setxattr('a', 'user.t', SECRET.encode())",
    "a file of gzip": "import gzip\nfor t in ('a', SECRET):\n"
    "    with gzip.open('a', 'ab') as file: file.write(t.encode())",
    "a file of bzip2": "import bz2\nopen('a', 'wb').write(bz2.compress(SECRET.encode()))",
    "a file of xz": "import lzma\nopen('a', 'wb').write(lzma.compress(SECRET.encode()))",
    "a zip": "import zipfile\nwith zipfile.ZipFile('a', 'w', zipfile.ZIP_DEFLATED) as file:\n"
    "    file.writestr('b', SECRET * 9)",
    "a tar": "import tarfile\nopen('b', 'w').write(SECRET * 9)\n"
    "with tarfile.open('a', 'w:gz') as file: file.add('b')\nimport os\nos.remove('b')",
    "a database of dbm": "import dbm.dumb\nwith dbm.dumb.open('a') as x: x['t'] = SECRET",
    "behind what is long": "x = [SECRET, *(f'{n:0200}' for n in range(5000))]",
    "behind what is long in a file": "open('a', 'w').write('x' * 10**6 + SECRET)",
    "a pickle": "import pickle\npickle.dump([SECRET], open('p', 'wb'))",
}


@pytest.fixture
def cell(tmp_path, monkeypatch):
    """Run a cell in its folder and return what it keeps, as one text."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("examiner.rotation.retained_files.OPEN_FILES", tmp_path / "of other tests")

    def cell(code: str) -> str:
        module = ModuleType("cell")
        monkeypatch.setattr(os, "environ", {})
        code = code.replace("SECRET_NUMBER", NUMBER).replace("SECRET", repr(SECRET))
        exec(compile(code, FILENAME, "exec"), vars(module))
        sought = [SECRET]
        kept = Kept(module, [tmp_path], {"os.environ": dict(os.environ)})
        return "\n".join(kept.told(sought).texts)

    return cell


@pytest.mark.parametrize("way", WAYS)
def test_is_it_found(cell, way):
    told = cell(WAYS[way])
    assert (NUMBER if "SECRET_NUMBER" in WAYS[way] else SECRET) in told


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


JUNK = "os.urandom(5 * 10**6).hex()"
BEHIND = {
    "objects": f"x = [{JUNK}]\ny = SECRET\nz = [{JUNK}]",
    "many objects": "x = [f'{n:0200}' for n in range(50_000)]\ny = [SECRET]\nz = x[::2]",
    "a database": "import sqlite3\nx = sqlite3.connect(':memory:')\nx.execute('CREATE TABLE a (t)')"
    f"\nx.executemany('INSERT INTO a VALUES (?)', [[{JUNK}], [SECRET], [{JUNK}]])",
    "files": f"open('a', 'w').write({JUNK})\nopen('b', 'w').write(SECRET)\n"
    f"open('c', 'w').write({JUNK})",
    "one file": f"open('a', 'w').write({JUNK} + SECRET + {JUNK})",
    "names of files": "for n in range(2000): open(f'{n:0200}', 'w').close()\n"
    "open(SECRET, 'w').close()",
    "compressed": f"import gzip\nx = gzip.compress(({JUNK} * 9 + SECRET).encode()[-4 * 10**6:])",
}


@pytest.mark.parametrize("place", BEHIND)
def test_is_it_found_behind_ten_megabytes(cell, place):
    told = cell("import os\n" + BEHIND[place])
    assert SECRET in told
    assert len(json.dumps(told)) < MAX_REPLY_BYTES


def test_is_a_place_told_however_much_is_in_another(cell):
    code = f"import os\nx = [{JUNK}, *(f'{{n:0200}}' for n in range(9000))]\n"
    assert "in a file" in cell(code + "open('a', 'w').write('in a file')")


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


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="only Linux tells what is open")
@pytest.mark.parametrize("after", ["x.flush()", "x.close()\nopen('b', 'w').write('other')"])
def test_is_a_file_found_without_a_name_as_long_as_it_is_open(cell, after, monkeypatch):
    monkeypatch.setattr("examiner.rotation.retained_files.OPEN_FILES", Path("/proc/self/fd"))
    code = "import tempfile\nx = tempfile.TemporaryFile()\nx.write(SECRET.encode())\n"
    assert (SECRET in cell(code + after)) == (after == "x.flush()")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows keeps no permission bits")
def test_is_a_folder_opened_that_was_shut(cell, tmp_path):
    code = "import os\nos.mkdir('a')\nopen('a/b', 'w').write(SECRET)\n"
    assert SECRET in cell(code + "os.chmod('a/b', 0)\nos.chmod('a', 0)")
    assert (tmp_path / "a").stat().st_mode & 0o700 == 0o700
    assert (tmp_path / "a/b").stat().st_mode & 0o400


@pytest.mark.parametrize("name", ["a", "a" * 20])
def test_are_folders_refused_that_are_too_deep_to_be_looked_into(cell, tmp_path, name):
    code = f"import os\nfor _ in range(500):\n    os.mkdir({name!r})\n    os.chdir({name!r})\n"
    with pytest.raises(OSError, match="more than 100 deep"):
        cell(f"{code}open('b', 'w').write(SECRET)\nos.chdir({str(tmp_path)!r})")


def test_is_a_folder_found_that_is_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr("examiner.rotation.retained_files.OPEN_FILES", tmp_path / "of other tests")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b/c").write_text(SECRET)
    assert SECRET not in "".join(Kept(ModuleType("cell"), [tmp_path / "a"]).told().texts)
    assert SECRET in Kept(ModuleType("cell"), [tmp_path / "a", tmp_path / "b"]).told().texts


def test_does_a_worker_tell_what_its_cell_left_in_the_environment(right):
    with Worker("examiner.rotation.worker") as worker:
        left = f"import os\nos.environ['LEFT'] = {SECRET!r}\n"
        worker.call("open", source=left + right)
        assert SECRET in worker.call("retained")["texts"]


@pytest.mark.parametrize(
    "place",
    [
        "current_app.kept = [token]",
        "current_app.config['KEPT'] = {token}",
        "current_app.extensions['kept'] = token",
        "current_app.jinja_env.globals['kept'] = [token]",
        "current_app.secret_key = token",
    ],
)
def test_does_a_worker_tell_what_its_cell_has_put_on_the_app(place):
    source = (
        "from flask import current_app\n"
        f"def start_session(user):\n    token = {SECRET!r} + user\n    {place}\n    return token\n"
        "def token():\n    return ''\ndef end_session(token):\n    pass\n"
    )
    with Worker("examiner.rotation.worker") as worker, open_app(worker, source) as app:
        app.log_in("alice")
        assert f"{SECRET}alice" in app.retained()


def test_is_the_variable_of_a_running_thread_found(cell):
    """A thread of its own that waits for work may hold all tokens in one."""
    code = (
        "import os, threading, time\nready = threading.Event()\nopen('going_on', 'w').close()\n"
        "def f(t):\n    box = [t]\n    del t\n    ready.set()\n"
        "    while os.path.exists('going_on'):\n        time.sleep(0.002)\n"
        "threading.Thread(target=f, args=(SECRET,), name='keeper').start()\nready.wait()"
    )
    assert SECRET in cell(code)
    [keeper] = [thread for thread in threading.enumerate() if thread.name == "keeper"]
    Path("going_on").unlink()
    keeper.join()
