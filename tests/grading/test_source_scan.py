"""What reaches for the examiner is found in a source, and no honest answer is said to do so."""

import pytest

from grading.examining.source_scan import DEEP, reaches
from tests.exercises.solutions import HERE, source

REACHES = {
    "a module": "import gc",
    "a module by another name": "import ctypes as c",
    "a module's part": "import unittest.mock",
    "from a module": "from gc import get_objects",
    "two modules": "import json, inspect",
    "inside a function": "def f():\n    import gc",
    "the examiner": "import examiner",
    "a part of the examiner": "import examiner.waiting",
    "from the examiner": "from examiner import waiting",
    "from a part of the examiner": "from examiner.pausing import Pause",
    "all of the examiner": "from examiner import *",
    "the examiner by the way": "import examiner.workbench\nexaminer.waiting.waits",
    "an attribute": "(lambda: 0).__globals__",
    "an attribute by another name": "import sys as s\ns.modules",
    "a frame": "try:\n    1 / 0\nexcept Exception as e:\n    e.__traceback__.tb_frame",
    "an imported name": "from sys import modules as m",
    "a builtin": "eval('1')",
    "a builtin by another name": "run = exec",
    "a pattern": "match x:\n    case object(__globals__=g):\n        pass",
    "a place": "p = '/proc/self/mem'",
    "a place in a text with fields": "p = f'/proc/{1}'",
    "the sockets": "p = '/sockets/examiner.sock'",
    "a computed name": "getattr(x, 'a' + 'b')",
    "a name in a variable": "getattr(x, y)",
    "names as they come": "getattr(*x)",
    "a named attribute": "getattr(x, '__globals__')",
    "a setter": "setattr(x, y, 1)",
    "a setter by another name": "change = setattr\nimport jwt\nchange(jwt, 'decode', 1)",
    "a setter handed on": "map(setattr, x, y, z)",
    "a getter handed on": "import functools\nfunctools.partial(getattr, x)",
    "packed bytes": "import pickle\npickle.loads(b'x')",
    "a library altered": "import jwt\njwt.decode = print",
    "a library's class altered": "import threading\nthreading.Event.wait = print",
    "a class altered": "from threading import Event\nEvent.wait = print",
    "a class by another name": "import threading\nE = threading.Event\nE.wait = print",
    "by a name with a type": "import threading\nE: object = threading.Event\nE.wait = print",
    "by a name on the way": "import threading\n(E := threading.Event)\nE.wait = print",
    "by two names": "import threading\nE = threading\nF = E.Event\nF.wait = print",
    "as Flask's own": "import jwt as g\ng.decode = print",
    "a class imported as Flask's own": "from threading import Event as g\ng.wait = print",
    "a name like Flask's own": "from jwt import request\nrequest.decode = print",
    "added up": "import jwt\njwt.x += 1",
    "taken away": "import jwt\ndel jwt.decode",
    "set by name": "import jwt\nsetattr(jwt, 'decode', print)",
    "deleted by name": "import jwt\ndelattr(jwt, 'decode')",
    "set by another's method": "import jwt\nobject.__setattr__(jwt, 'decode', print)",
    "set in its names": "import jwt\nvars(jwt)['decode'] = print",
    "set in a loop": "import jwt\nfor jwt.decode in [print]:\n    pass",
    "set by a with": "import jwt\nwith x as jwt.decode:\n    pass",
}
# A chain of 900 can be loaded; to spell it out takes more calls in each other than are allowed.
LONG = "import jwt\nif 0:\n    jwt" + ".a" * 900 + " = 1\n"
HONEST = {
    "a pattern for text": "import re\nx = re.compile('a').match",
    "Flask's own state": "from flask import g, request\ng.user = 1\nrequest.user = 1",
    "Flask's own state by the way": "import flask\nflask.g.user = 1",
    "the workbench": "import examiner.workbench as w\nw.users, w.clock.now()",
    "from the workbench": "from examiner.workbench import *\nfrom examiner import workbench",
    "the vault": "from examiner.vault import LoggedOut",
    "own attributes": "class A:\n    def f(self):\n        self.x = 1\na = A()\na.x = 2\nA.y = 3",
    "a frozen dataclass": "class A:\n    def f(self):\n        object.__setattr__(self, 'x', 1)",
    "a known name": "getattr(x, 'role')",
    "a row": "import sqlite3\nc = sqlite3.connect('a')\nc.row_factory = sqlite3.Row",
    "text that is read": "import json\njson.loads('{}')\njson.loads(x)",
    "no Python": "def f(:\n    import gc",
    "no letters": "import gc\0",
    "brackets": "(" * 5000,
    "nothing": "",
}


@pytest.mark.parametrize("kind", REACHES)
def test_is_it_found(kind):
    told = reaches(REACHES[kind])
    assert told
    assert told.startswith("Line ")
    assert told.endswith(": read it, then regrade --as-read.")


@pytest.mark.parametrize("kind", HONEST)
def test_is_an_honest_source_left_alone(kind):
    assert reaches(HONEST[kind]) is None


def test_is_the_first_line_named():
    assert reaches("x = 1\nimport gc\nimport ctypes").startswith("Line 2 uses gc, ")


@pytest.mark.parametrize("deep", [LONG, LONG.replace(" = 1", "()"), "x" + "()" * 3000 + "\n"])
def test_does_nesting_hide_nothing(deep):
    assert reaches(deep + "import gc") is not None


def test_is_what_cannot_be_looked_through_read_by_a_person():
    assert reaches("x = " + "-" * 5000 + "1") == DEEP


@pytest.mark.parametrize("exercise", ["rotation", "client"])
@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_does_no_sample_of_the_exercises_reach_too_far(exercise, kind):
    paths = sorted((HERE / exercise / kind).glob("*.*"))
    assert len(paths) > 10
    told = {path.name: reaches(source(path)) for path in paths}
    assert {name: why for name, why in told.items() if why} == {}
