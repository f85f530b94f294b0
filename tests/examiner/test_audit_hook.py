"""A process under guard ends where its cell reaches for what examines it, and nowhere else."""

import json
import subprocess
import sys

import pytest

from examiner.process import Gone, Worker

GUARDED = """
import json, os, sys
import examiner.rotation.retained_state, examiner.pausing, examiner.waiting
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
    "'/course/examiner/waiting.py', 'exec'), {'__name__': 'examiner.waiting'})",
    "another hook": "import sys\nsys.addaudithook(print)",
    "objects": "import gc\ngc.get_objects()",
    "referrers": "import gc\ngc.get_referrers(1)",
    "referents": "import gc\ngc.get_referents(1)",
    "other code": "import examiner.waiting\nexaminer.waiting.waits.__code__ = (lambda: 0).__code__",
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
    "our own work": "import threading\nfrom pathlib import Path\nfrom types import ModuleType\n"
    "from examiner.rotation.retained_state import retained_texts\n"
    "from examiner.pausing import Pause\n"
    "from examiner.waiting import waits\nwith Pause('x', 1):\n    pass\n"
    "lock = threading.Lock()\nlock.acquire()\n"
    "thread = threading.Thread(target=lock.acquire, daemon=True)\nthread.start()\n"
    "assert waits(lambda: thread, lambda: False)\n"
    "assert retained_texts(ModuleType('cell'), [], 'x') == ['x']",
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


@pytest.mark.parametrize("module", ["rotation_worker", "client_worker"])
def test_is_every_worker_under_guard(module):
    reach = "import gc\ngc.get_objects()\n"
    with Worker(f"examiner.{module}") as worker, pytest.raises(Gone, match="has ended"):
        worker.call("open" if module == "rotation_worker" else "load", source=reach)
