"""What a running cell does is noticed where it could get round its stops, and nowhere else."""

import ast
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from examiner.cell import FILENAME, plain
from examiner.notices import BELOW, FRAMES, LOADER, RAN, READ, STARTED, _runs
from examiner.places import MOST
from examiner.stops import FLAGS, StopMaker

# Cells in a process of their own each: what they do is told by number, in the order of doing it.
WATCHED = """
import json, os, sys
from types import SimpleNamespace
from examiner import cell
from examiner.notices import watch
import flask, jwt
end = os._exit
found = {}
for name, source in json.load(sys.stdin).items():
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        watch(SimpleNamespace(notify=lambda number: os.write(writing, bytes([number])), flags=None))
        try:
            cell.load(source, ())
        finally:
            end(0)
    os.close(writing)
    with open(reading, "rb") as told:
        found[name] = list(told.read())
    os.waitpid(child, 0)
print(json.dumps(found))
"""
F = "def f(): pass\n"
ODD = {
    "exec": (RAN, "exec('x = 1')"),
    "eval": (RAN, "eval('[]')"),
    "code that was compiled": (RAN, "exec(compile('x = 1', '/usr/lib/python3/abc.py', 'exec'))"),
    "a function of code": (RAN, f"{F}import types\ntypes.FunctionType(f.__code__, {{}})"),
    "code of code": (RAN, f"{F}f.__code__.replace(co_consts=())"),
    "timeit": (RAN, "import timeit\ntimeit.timeit('1', number=1)"),
    "annotations that call": (
        RAN,
        "import typing\ndef f(x: 'print(1)'): pass\ntyping.get_type_hints(f)",
    ),
    "a template": (RAN, "import jinja2\njinja2.Template('x').render()"),
    "a template of Flask": (
        RAN,
        "import flask\nwith flask.Flask('x').app_context():\n    flask.render_template_string('x')",
    ),
    "a console": (RAN, "import code\ncode.InteractiveInterpreter().runsource('1')"),
    "a module that it writes": (
        RAN,
        "import sys, tempfile\nwith tempfile.TemporaryDirectory() as d:"
        "\n    open(d + '/odd_one.py', 'w').close()\n    sys.path.insert(0, d)\n    import odd_one",
    ),
    "a path that is run": (
        RAN,
        "import runpy, tempfile\nwith tempfile.NamedTemporaryFile() as f:\n"
        "    runpy.run_path(f.name)",
    ),
    "a named tuple under exec": (
        RAN,
        'from collections import namedtuple\nexec(\'namedtuple("A", "x")\', globals())',
    ),
    "a data class whose field is code": (
        RAN,
        "import dataclasses\ndataclasses.dataclass(init=False, repr=False)(type('A', (), "
        "{'__annotations__': {'x,globals()': 'int'}}))",
    ),
    "its code": (READ, f"{F}f.__code__"),
    "its code by getattr": (READ, f"{F}getattr(f, '__co' + 'de__')"),
    "its code by attrgetter": (READ, f"import operator\n{F}operator.attrgetter('__co' 'de__')(f)"),
    "its code by a format": (READ, f"{F}'{{0.__code__}}'.format(f)"),
    "its code by a formatter": (
        READ,
        f"import string\n{F}string.Formatter().format('{{0.__code__}}', f)",
    ),
    "its code by a pattern": (
        READ,
        f"{F}import types\nmatch f:\n    case types.FunctionType(__code__=c): pass",
    ),
    "its code by inspect": (READ, f"import inspect\n{F}inspect.getmembers(f)"),
    "its code by reduce": (
        READ,
        f"import functools\n{F}functools.reduce(getattr, ['__code__', 'co_consts'], f)",
    ),
    "its code by a map": (READ, f"{F}list(map(getattr, [f], ['__code__']))"),
    "a generator's code": (READ, "def g(): yield\ng().gi_code"),
    "a frame's code": (FRAMES, "import sys\nsys._getframe().f_code"),
    "a frame": (FRAMES, "import sys\nsys._getframe()"),
    "a frame by inspect": (FRAMES, "import inspect\ninspect.currentframe()"),
    "a frame by logging": (FRAMES, "import logging\nlogging.currentframe()"),
    "a frame of a generator": (FRAMES, "def g(): yield\ng().gi_frame"),
    "a frame of an error": (FRAMES, "try: 1 / 0\nexcept Exception as e: e.__traceback__.tb_frame"),
    "a fork": (STARTED, "import os\nif not os.fork(): os._exit(0)"),
    "a program": (STARTED, "import subprocess\nsubprocess.run(['true'])"),
    "a command": (STARTED, "import os\nos.system('true')"),
    "a process of multiprocessing": (
        STARTED,
        "import multiprocessing\nmultiprocessing.get_context('fork').Process(target=int).start()",
    ),
    "ctypes": (BELOW, "import ctypes"),
    "ctypes below its name": (BELOW, "import _ctypes"),
    "ctypes by a library": (BELOW, "import multiprocessing.sharedctypes"),
    "cffi": (BELOW, "import _cffi_backend"),
    "a fork below its name": (BELOW, "import _posixsubprocess"),
    "other interpreters": (
        BELOW,
        "try: import _xxsubinterpreters\nexcept ImportError: import _interpreters",
    ),
}
HONEST = {
    "nothing": "",
    "named tuples": "from collections import namedtuple\nimport typing\nA = namedtuple('A', 'x')\n"
    "class B(typing.NamedTuple):\n    x: int\nclass C(typing.TypedDict):\n    x: 'int | None'",
    "dataclasses": "from dataclasses import dataclass, field, replace\n"
    "@dataclass(slots=True, frozen=True, order=True)\nclass D:\n    x: int\n"
    "    y: list = field(default_factory=list)\nreplace(D(1), x=2)",
    "dispatch on annotations as text": "from __future__ import annotations\nimport functools\n"
    "class A: pass\n@functools.singledispatch\ndef f(x): pass\n@f.register\n"
    "def _(x: A | int): pass\nf(A())",
    "logging": "import logging, traceback, warnings\nlogging.warning('x', stack_info=True)\n"
    "try: 1 / 0\nexcept Exception as e:\n    traceback.print_exc()\n"
    "    traceback.print_tb(e.__traceback__)\n    logging.exception('x')\nwarnings.warn('x')",
    "own tests": "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n"
    "        with self.assertRaises(KeyError): {}['a']\nunittest.main(argv=['x'], exit=False)",
    "enums": "import enum\nclass E(enum.StrEnum):\n    A = enum.auto()\nF = enum.Enum('F', 'x y')",
    "asyncio": "import asyncio\nasync def f():\n    async with asyncio.Lock():\n"
    "        await asyncio.sleep(0)\nasyncio.run(f())",
    "stores": "import pickle, copy, shelve, tempfile, sqlite3, json\n"
    "pickle.loads(pickle.dumps({1}))\ncopy.deepcopy([1])\n"
    "with tempfile.TemporaryDirectory() as d:\n    with shelve.open(d + '/x') as s: s['a'] = 1\n"
    "sqlite3.connect(':memory:').execute('select 1')",
    "an object-relational mapper": "import sqlalchemy as s\nfrom sqlalchemy.orm import "
    "DeclarativeBase, Mapped, Session, mapped_column\ne = s.create_engine('sqlite://')\n"
    "class Base(DeclarativeBase): pass\nclass R(Base):\n    __tablename__ = 'r'\n"
    "    id: Mapped[int] = mapped_column(primary_key=True)\nBase.metadata.create_all(e)\n"
    "with Session(e) as t:\n    t.add(R(id=1)); t.commit(); t.get(R, 1)",
    "ciphers": "from cryptography.fernet import Fernet\n"
    "Fernet(Fernet.generate_key()).encrypt(b'x')\nimport jwt\njwt.encode({}, 'k' * 32)",
    "signatures": "import inspect, functools, contextlib\ndef f(x): pass\ninspect.signature(f)\n"
    "functools.cache(f)\n@contextlib.contextmanager\ndef g(): yield\nwith g(): pass",
    "versions": "import importlib.metadata\nimportlib.metadata.version('pyjwt')",
    "pools": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(2) as pool: pool.submit(int).result()",
    "an app": "import flask\napp = flask.Flask('x')\n@app.get('/x/<int:n>')\n"
    "def view(n): return flask.jsonify(n=n)\napp.test_client().get('/x/1')",
    "names and times": "import uuid, datetime, zoneinfo, secrets, hashlib, hmac, re, email\n"
    "uuid.uuid4()\nuuid.uuid1()\nuuid.getnode()\nre.compile('x')\ndatetime.datetime.now(zoneinfo.ZoneInfo('UTC'))",
    "attributes by name": "class A: pass\na = A()\nsetattr(a, 'x', 1)\ngetattr(a, 'x')\nvars(a)\n"
    "import operator\noperator.attrgetter('x')(a)\n'{0.x}'.format(a)",
    "a clock": "from examiner.workbench import clock\nclock.now = lambda: 1",
}


@pytest.fixture(scope="module")
def found():
    """What was noticed of each cell, name → numbers; it asks for fork, which is Linux."""
    given = json.dumps({name: source for name, (_, source) in ODD.items()} | HONEST)
    command = [sys.executable, "-W", "ignore", "-c", WATCHED]
    told = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return json.loads(told.stdout.splitlines()[-1])


@pytest.mark.repository
@pytest.mark.parametrize("name", ODD)
def test_is_noticed(found, name):
    assert ODD[name][0] in found[name]


@pytest.mark.repository
@pytest.mark.parametrize("name", HONEST)
def test_is_nothing_noticed_of(found, name):
    assert found[name] == []


@pytest.mark.parametrize("source", ["", "# a note", '"""A note."""', "pass", "x = []\nx.pop"])
def test_is_code_known_for_the_cells_own_though_no_stop_may_be_in_it(source, tmp_path):
    (tmp_path / FLAGS).write_bytes(bytes(MOST))
    stops = StopMaker(tmp_path, b"", "nowhere")
    loader = SimpleNamespace(f_code=SimpleNamespace(co_filename=LOADER))
    made = [compiled(ast.parse(source), FILENAME) for compiled in (stops.compiled, plain)]
    assert [_runs(stops.flags, loader, (code,)) for code in made] == [None, RAN]
