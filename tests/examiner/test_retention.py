"""What a cell puts on libraries, leaves in channels or keeps in processes does not go unseen."""

import os
import socket
import subprocess
import sys
from types import ModuleType

import pytest

from examiner.cell import FILENAME
from examiner.process import Worker
from examiner.rotation.library_state import LibraryState
from examiner.rotation.retained_channels import channels, in_channels
from examiner.rotation.retained_state import Kept
from examiner.rotation.retention import CHANGED, PROCESS_LEFT
from examiner.rotation.subject import open_app

SECRET = "Wl3XkqZ0v7"
# Each with what takes it away again: these are the libraries of the tests too.
ADDED = {
    "a module": ("import flask; flask.kept = [SECRET]", "del flask.kept"),
    "a module of the standard library": ("import json; json.kept = SECRET", "del json.kept"),
    "an inner module": ("import jwt.api_jws as m; m.kept = {SECRET}", "del m.kept"),
    "builtins": ("import builtins; builtins.kept = [SECRET]", "del builtins.kept"),
    "sys": ("import sys; sys.kept = (SECRET,)", "del sys.kept"),
    "a name that was there": (
        "import sys; old = sys.ps1 if hasattr(sys, 'ps1') else None; sys.ps1 = SECRET",
        "del sys.ps1",
    ),
    "another value": (
        "import string; string.digits = SECRET + string.digits",
        "string.digits = string.digits[-10:]",
    ),
    "a class": ("import flask; flask.Flask.kept = [SECRET]", "del flask.Flask.kept"),
    "an abstract class": (
        "import collections.abc as c; c.Sized.kept = [SECRET]",
        "del c.Sized.kept",
    ),
    "a class of threading": (
        "import threading; threading.Thread.kept = SECRET",
        "del threading.Thread.kept",
    ),
    "a function": ("import flask; flask.jsonify.kept = [SECRET]", "del flask.jsonify.kept"),
    "a method": ("import jwt; jwt.PyJWT.encode.kept = [SECRET]", "del jwt.PyJWT.encode.kept"),
    "an object": ("import jwt.algorithms as m; m.x = 1; m.kept = {1: SECRET}", "del m.x, m.kept"),
    "what the exercise gives": (
        "from examiner.workbench import users; users.kept = [SECRET]",
        "del users.kept",
    ),
    "the given clock": (
        "from examiner.workbench import clock; clock.kept = [SECRET]",
        "del clock.kept",
    ),
    "the arguments": ("import sys; sys.argv.append(SECRET)", "sys.argv.pop()"),
    "the path": ("import sys; sys.path.append(SECRET)", "sys.path.pop()"),
    "lines of source": (
        "import linecache; linecache.cache['x'] = (1, None, [SECRET], 'x')",
        "del linecache.cache['x']",
    ),
    "a new module": (
        "import sys, types; m = sys.modules['kept'] = types.ModuleType('kept'); m.x = [SECRET]",
        "del sys.modules['kept']",
    ),
    "an object of a new module": (
        "import sys, types; m = sys.modules['kept'] = types.ModuleType('kept')\n"
        "class A: pass\nA.__module__ = 'kept'; m.A = A; m.x = A(); m.x.t = SECRET",
        "del sys.modules['kept']",
    ),
    "a callback of the collector": (
        "import gc; gc.callbacks.append(lambda *a, t=SECRET: None)",
        "gc.callbacks.pop()",
    ),
    "a module that is imported late": (
        "import sys; sys.modules.pop('colorsys', None); import colorsys; colorsys.x = [SECRET]",
        "del sys.modules['colorsys']",
    ),
}
REGISTERED = {
    "a timer": (
        "import threading; t = threading.Timer(99, print, [SECRET]); t.start()",
        "t.cancel(); t.join()",
    ),
    "a thread's arguments": (
        "import threading; e = threading.Event()\n"
        "t = threading.Thread(target=lambda e, x: e.wait(), args=(e, SECRET)); t.start()",
        "e.set(); t.join()",
    ),
    "a handler of the root logger": (
        "import logging.handlers; h = logging.handlers.MemoryHandler(99)\n"
        "logging.getLogger().addHandler(h); logging.error(SECRET)",
        "logging.getLogger().removeHandler(h)",
    ),
    "a logger": (
        "import logging; logging.getLogger('kept').store = [SECRET]",
        "del logging.getLogger('kept').store",
    ),
    "a handler of a signal": (
        "import signal; signal.signal(signal.SIGUSR2, lambda *a, t=SECRET: None)",
        "signal.signal(signal.SIGUSR2, signal.SIG_DFL)",
    ),
    "a context": (
        "import contextvars; v = contextvars.ContextVar('v'); r = v.set([SECRET])",
        "v.reset(r)",
    ),
}


def run(code: str, module: ModuleType, secret: str = SECRET) -> None:
    exec(compile(code.replace("SECRET", repr(secret)), FILENAME, "exec"), vars(module))


@pytest.fixture(scope="module")
def before() -> LibraryState:
    """What libraries hold before any of the cells here: a look at all modules of all tests."""
    return LibraryState()


@pytest.mark.parametrize("place", [*ADDED, *REGISTERED])
def test_is_it_found_on_what_is_not_the_cells(place, before):
    secret = f"{SECRET} {place}"  # what another test has left is not found for this one's
    made, undone = (ADDED | REGISTERED)[place]
    there = ModuleType("cell")
    run(made, there, secret)
    try:
        names = {name: vars(there).pop(name) for name in dir(there) if name[0] != "_"}
        elsewhere = [*before.added(), *before.registered()]
        found = Kept(there, [], elsewhere=elsewhere).told([secret])
    finally:
        vars(there).update(names)
        run(undone, there)
    assert secret in found.texts


def test_is_nothing_told_of_what_libraries_hold(monkeypatch, tmp_path):
    monkeypatch.setattr("examiner.rotation.retained_files.OPEN_FILES", tmp_path)  # of other tests
    before = LibraryState()
    run("import colorsys, plistlib, wave", ModuleType("elsewhere"))
    elsewhere = [*before.added(), *before.registered()]
    assert Kept(ModuleType("cell"), [], elsewhere=elsewhere).told().texts == []


def of_pipe() -> tuple:
    reading, writing = os.pipe()
    os.write(writing, SECRET.encode())
    return lambda: os.read(reading, 99), reading, writing


def of_pipe_without_a_writer() -> tuple:
    reading, writing = os.pipe()
    os.write(writing, SECRET.encode())
    os.close(writing)
    return lambda: os.read(reading, 99), reading


def of_full_pipe() -> tuple:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    content = SECRET.encode() * 10_000
    sent = os.write(writing, content)
    return lambda: os.read(reading, sent)[: len(SECRET)], reading, writing


def of_stream() -> tuple:
    here, there = socket.socketpair()
    there.send(SECRET.encode())
    return lambda: here.recv(99), here, there


def of_packets() -> tuple:
    here, there = socket.socketpair(type=socket.SOCK_DGRAM)
    there.send(b"junk")
    there.send(SECRET.encode())
    return lambda: [here.recv(99), here.recv(99)][1], here, there


def of_the_network() -> tuple:
    here = socket.socket(type=socket.SOCK_DGRAM)
    here.bind(("127.0.0.1", 0))
    there = socket.socket(type=socket.SOCK_DGRAM)
    there.sendto(SECRET.encode(), here.getsockname())
    return lambda: here.recv(99), here, there


@pytest.mark.repository
@pytest.mark.parametrize(
    "make",
    [of_pipe, of_pipe_without_a_writer, of_full_pipe, of_stream, of_packets, of_the_network],
)
def test_is_what_waits_in_a_channel_told_and_left_there(make):
    ours = channels()
    read, *ends = make()
    try:
        assert SECRET in "".join(in_channels(ours, []))
        assert SECRET in "".join(in_channels(ours, []))
        assert read() == SECRET.encode()
        assert SECRET not in "".join(in_channels(channels(), []))
    finally:
        for end in ends:
            os.close(end) if isinstance(end, int) else end.close()


@pytest.mark.repository
def test_is_an_empty_channel_not_waited_for():
    ours = channels()
    reading, writing = os.pipe()
    here, there = socket.socketpair()
    with here, there, socket.socket() as fresh, socket.create_server(("127.0.0.1", 0)):
        assert fresh.fileno()
        assert "".join(in_channels(ours, [])) == ""
    os.close(reading), os.close(writing)


@pytest.mark.repository
def test_is_a_connection_of_the_examiners_own_not_read():
    ours = channels()
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = str(server.getsockname())
        with socket.create_connection(server.getsockname()) as there:
            here, _ = server.accept()
            with here:
                there.send(SECRET.encode())
                here.recv(1, socket.MSG_PEEK)
                assert SECRET in "".join(in_channels(ours, []))
                assert SECRET not in "".join(in_channels(ours, [address]))


LEAVES = """
import subprocess, sys, time
import psutil
from examiner.rotation.processes_left import are_left
command = [sys.executable, "-c", "input()"]
process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
there = psutil.Process(process.pid)
found = [are_left(alone=False)]
process.stdin.close()
while there.status() != psutil.STATUS_ZOMBIE:
    time.sleep(0.01)
print(found + [are_left(alone=False)])
"""


@pytest.mark.repository
def test_is_a_process_told_as_long_as_it_goes_on():
    """A new session of its own hides none; one that has ended and was not waited for is none."""
    told = subprocess.run([sys.executable, "-c", LEAVES], capture_output=True, text=True)
    assert told.stdout.strip() == "[True, False]", told.stderr


LEFT = {
    "subprocess": "import subprocess, sys\n"
    "p = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)",
    "multiprocessing": "import multiprocessing\nm = multiprocessing.Manager()\nd = m.dict()",
    "fork": "import os, signal\nif os.fork() == 0:\n    signal.pause()",
}
QUIET = {
    "a process that has ended": "import subprocess\nsubprocess.run(['true'])",
    "one that nobody has waited for": "import os\np = os.fork() or os._exit(0)\n"
    "os.waitid(os.P_PID, p, os.WEXITED | os.WNOWAIT)",
    "imports": "import multiprocessing, subprocess, asyncio, concurrent.futures, sqlalchemy\n"
    "lock = multiprocessing.Lock()\nevent = multiprocessing.Event()",
}


@pytest.mark.repository
@pytest.mark.parametrize("kind", [*LEFT, *QUIET])
def test_is_a_process_of_the_cells_a_sentence_for_a_person(kind, right):
    source = f"{(LEFT | QUIET)[kind]}\n{right}"
    with Worker("examiner.rotation.worker") as worker, open_app(worker, source) as app:
        app.retained()
    assert app.to_read == [PROCESS_LEFT] * (kind in LEFT)


def test_is_a_database_told_that_a_thread_of_the_cells_has_made():
    """Whether that thread waits for its next job, or has ended and left a transaction open."""
    source = (
        "import sqlite3, threading\nkept = []\n"
        "def keep(place, token, over):\n"
        "    db = sqlite3.connect(place)\n    kept.append(db)\n"
        "    db.execute('CREATE TABLE IF NOT EXISTS a (t)')\n"
        "    db.execute('INSERT INTO a VALUES (?)', [token])\n    ready.set()\n    over.wait()\n"
        "ready, never, now = threading.Event(), threading.Event(), threading.Event()\nnow.set()\n"
        "def start_session(user):\n    token = 'a' * 20 + user\n"
        "    for place, over in [(':memory:', never), ('a.sqlite', now)]:\n"
        "        ready.clear()\n"
        "        args = (place, token + place, over)\n"
        "        threading.Thread(target=keep, args=args, daemon=True).start()\n"
        "        ready.wait()\n"
        "    return token\n"
        "def token():\n    return ''\ndef end_session(token):\n    pass\n"
    )
    with Worker("examiner.rotation.worker") as worker, open_app(worker, source) as app:
        app.log_in("bob")
        told = app.retained()
    assert {"a" * 20 + "bob:memory:", "a" * 20 + "boba.sqlite"} <= set(told)
    assert app.to_read == []


def test_is_it_said_that_a_name_of_pythons_own_means_something_else():
    source = (
        "import builtins\nbuiltins.id = lambda thing: 1\n"
        "def start_session(user):\n    return 'a' * 20 + user\n"
        "def token():\n    return ''\ndef end_session(token):\n    pass\n"
    )
    with Worker("examiner.rotation.worker") as worker, open_app(worker, source) as app:
        app.retained()
    assert app.to_read == [CHANGED.format(names="id")]
