"""A process under guard ends where its cell reaches for what examines it, and nowhere else."""

import json
import subprocess
import sys

import pytest

from examiner.process import Failed, Gone, Worker

GUARDED = """
import json, os, sys
import examiner.rotation.retained_state
from examiner.audit_hook import guard
guard()
found = {}
for name, code in json.load(sys.stdin).items():
    child = os.fork()
    if not child:
        try:
            exec(code, {"__name__": "cell"})
        except BaseException as error:
            os.write(2, f"{name}: {error!r}".encode())
            os._exit(50)
        os._exit(0)
    found[name] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(found))
"""
ENDS = {
    "tracing": "import sys\nsys.settrace(print)",
    "tracing switched off": "import sys\nsys.settrace(None)",
    "tracing of threads": "import threading\nthreading.settrace(print)\n"
    "thread = threading.Thread(target=int)\nthread.start()\nthread.join()",
    "profiling": "import sys\nsys.setprofile(print)",
    "a debugger": "import bdb\nbdb.Bdb().set_trace()",
    "frames": "import sys\nsys._current_frames()",
    "frames under our name": "exec(compile('import sys\\nsys._current_frames()', "
    "'/course/examiner/rotation/retained_state.py', 'exec'), "
    "{'__name__': 'examiner.rotation.retained_state'})",
    "another hook": "import sys\nsys.addaudithook(print)",
    "objects": "import gc\ngc.get_objects()",
    "referrers": "import gc\ngc.get_referrers(1)",
    "referents": "import gc\ngc.get_referents(1)",
    "other code": "import examiner.cell\nexaminer.cell.load.__code__ = (lambda: 0).__code__",
    "code by way of a decorator": "import types\ndef f(): yield\n"
    "def other(): yield 1\nclass Like:\n    __call__ = int\n    "
    "__code__ = property(lambda self: other.__code__, "
    "lambda self, code: setattr(f, '__code__', code))\n"
    "types.FunctionType = Like\ntypes.coroutine(Like())",
    "the C library": "import ctypes\nctypes.CDLL(None).getpid()",
    "Python's own C": "import ctypes\nctypes.pythonapi.PyErr_Clear()",
    "memory": "open('/proc/self/mem', 'rb')",
    "memory to write to": "open('/proc/self/mem', 'r+b')",
    "memory by its number": "import os\nopen(f'/proc/{os.getpid()}/mem', 'rb')",
    "memory in bytes": "open(b'/proc/self/mem', 'rb')",
    "memory by a path": "import pathlib\npathlib.Path('/proc/self/mem').read_bytes()",
    "memory of a thread": "open('/proc/thread-self/mem', 'rb')",
    "memory from beside": "import os\nos.chdir('/proc/self')\nopen('mem', 'rb')",
    "memory from a folder": "import os\nos.open('mem', 0, dir_fd=os.open('/proc/self', 0))",
    "memory behind a link": "import os\nos.symlink('/proc/self/mem', '/dev/null/x')",
    "memory linked in bytes": "import os\nos.symlink(b'/proc/self/mem', b'/dev/null/x')",
    "memory by the system": "import os\nos.open('/proc/self/mem', os.O_RDWR)",
    "with our constants changed": "import examiner.audit_hook as g\ng.MEMORY = 'x'\n"
    "g.OURS.clear()\ng.OPENING = ()\n"
    "assert not hasattr(g.OPENING, 'clear')\nopen('/proc/self/mem')",
    "with our end taken away": "import os\nos._exit = print\nimport gc\ngc.get_objects()",
}
GOES_ON = {
    "nothing": "",
    "libraries": "import flask, jwt, sqlite3, httpx, logging, pickle, dataclasses, queue",
    "asyncio in a request": "import asyncio\nasync def f(lock):\n    async with lock:\n"
    "        return await asyncio.wait_for(asyncio.to_thread(int), 5)\n"
    "async def main():\n    lock = asyncio.Lock()\n"
    "    return await asyncio.gather(f(lock), f(lock))\nassert asyncio.run(main()) == [0, 0]",
    "a generator as a coroutine": "import types\n@types.coroutine\ndef f(): yield",
    "classes of many kinds": "import abc, collections, dataclasses, enum, functools, typing\n"
    "@dataclasses.dataclass(slots=True, order=True)\nclass A:\n    x: int = 0\n"
    "class B(typing.Protocol):\n    def f(self): ...\n"
    "class C(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n"
    "class D(enum.StrEnum):\n    X = enum.auto()\n"
    "class E(typing.NamedTuple):\n    x: int\n"
    "class F(typing.TypedDict):\n    x: int\n"
    "class G:\n    __slots__ = ('x',)\n    def __init_subclass__(cls): pass\n"
    "    def __set_name__(self, owner, name): pass\n"
    "class H(G, metaclass=type('M', (type,), {})):\n    y = G()\n"
    "    @functools.cached_property\n    def z(self): return 1\n"
    "@functools.singledispatch\ndef f(x): return x\n@f.register\ndef _(x: int): return x + 1\n"
    "assert f(1) == 2\n@functools.total_ordering\nclass I:\n    __lt__ = int.__lt__\n"
    "@functools.lru_cache\ndef g(x): return x\n@functools.wraps(g)\ndef h(x): return g(x)\nh(1)",
    "contexts": "import contextlib, contextvars\n@contextlib.contextmanager\ndef f(): yield 1\n"
    "with contextlib.ExitStack() as stack:\n    stack.enter_context(f())\n"
    "contextvars.ContextVar('x', default=1).get()",
    "stores": "import os, pickle, copy, shelve, sqlite3, tempfile\n"
    "with tempfile.TemporaryDirectory() as d:\n"
    "    with shelve.open(f'{d}/a') as s:\n        s['x'] = {1}\n"
    "    sqlite3.connect(f'{d}/b').execute('create table t (x)')\n"
    "pickle.loads(pickle.dumps(copy.deepcopy({1: [2]})))",
    "time, names and digests": "import datetime, hashlib, hmac, secrets, uuid, zoneinfo\n"
    "datetime.datetime.now(zoneinfo.ZoneInfo('UTC'))\nuuid.uuid1(), uuid.uuid4()\n"
    "hmac.new(b'x', b'y', hashlib.sha256).hexdigest()\nhashlib.scrypt(b'x', salt=b'y', n=2, r=1, "
    "p=1)\nsecrets.token_urlsafe()",
    "pools and locks": "import threading, queue, weakref\n"
    "from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\n"
    "with ThreadPoolExecutor() as pool:\n    assert pool.submit(int).result() == 0\n"
    "with threading.RLock(), threading.Condition(), threading.Semaphore():\n"
    "    threading.local().x = queue.Queue()\nclass A: pass\na = A()\nweakref.finalize(a, int)\n"
    "weakref.WeakValueDictionary()[1] = a\ndel a\nthreading.Timer(0, int).start()",
    "logging": "import logging, warnings\nlogging.basicConfig(level=0)\n"
    "logging.getLogger(__name__).info('x', stack_info=True)\nwarnings.warn('x')",
    "frozen data": "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n"
    "    x: int\nA(1)",
    "attributes": "class A: pass\nA.x = A().y = 1\ndef f(): pass\nf.x = 1\nA.f = f",
    "threads": "import threading\nthread = threading.Thread(target=int)\nthread.start()",
    "processes": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', ''], check=True)",
    "files": "import tempfile, os\nopen('/proc/self/status').read()\n"
    "with tempfile.TemporaryDirectory() as d:\n    open(f'{d}/memory', 'w').close()\n"
    "    os.symlink('memory', f'{d}/x')\n    open(0, closefd=False)",
    "garbage": "import gc\ngc.collect()\ngc.freeze()",
    "tracebacks": "import traceback\ntry:\n    1 / 0\nexcept Exception:\n    "
    "traceback.format_exc()",
    "our own work": "from types import ModuleType\n"
    "from examiner.rotation.retained_state import Kept\n"
    "assert Kept(ModuleType('cell'), [], {'x': 'y'}).told().texts == ['y']",
}


@pytest.fixture(scope="module")
def ending():
    """How each piece of code ends in a guarded process of its own: name → status.

    It asks for /proc and fork, which is Linux.
    """
    command = [sys.executable, "-c", GUARDED]
    given = json.dumps(ENDS | GOES_ON)
    told = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return json.loads(told.stdout), told.stderr


@pytest.mark.repository
@pytest.mark.parametrize("name", ENDS)
def test_does_a_process_end_that_reaches_for(ending, name):
    assert ending[0][name] == 1, ending[1]


@pytest.mark.repository
@pytest.mark.parametrize("name", GOES_ON)
def test_does_a_process_go_on_that_uses(ending, name):
    assert ending[0][name] == 0, ending[1]


@pytest.mark.parametrize("module", ["rotation", "client"])
def test_is_every_worker_under_guard(module):
    load = "open" if module == "rotation" else "load"
    with Worker(f"examiner.{module}.worker") as worker:
        with pytest.raises(Failed, match="defines no"):
            worker.call(load, source="import gc")
        with pytest.raises(Gone, match="has ended"):
            worker.call(load, source="import gc\ngc.get_objects()")


IMPORTING = """
import importlib, json, sys
from examiner.audit_hook import guard
guard()
for name in json.load(sys.stdin):
    print(name, flush=True)
    try:
        importlib.import_module(name)
    except ImportError:  # of another system, or not installed
        pass
print("the end")
"""
# What opens a browser, prints a poem or a window, or is no library.
UNASKED = {"antigravity", "this", "idlelib", "turtledemo", "turtle", "__main__"}
LEARNERS = ("flask", "werkzeug", "jwt", "httpx", "cryptography.fernet", "requests", "numpy")


def test_does_a_process_go_on_that_imports_any_library():
    """The last name that was printed is the one that has ended the process."""
    names = [*sorted(sys.stdlib_module_names - UNASKED), *LEARNERS]
    command = [sys.executable, "-W", "ignore", "-c", IMPORTING]
    told = subprocess.run(command, input=json.dumps(names), capture_output=True, text=True)
    assert told.stdout.split("\n")[-2] == "the end", told.stdout[-80:] + told.stderr
