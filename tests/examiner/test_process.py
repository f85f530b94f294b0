"""A process of unknown quality is talked to, and ended, whatever it does."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from examiner.process import Failed, Gone, Worker

HERE = Path(__file__).parent.parent.parent


@pytest.fixture
def worker():
    with Worker("tests.examiner.odd_worker") as worker:
        yield worker


@pytest.mark.parametrize("value", [None, 5, "ü ☃ \n", [1, {"a": []}], "x" * 500_000])
def test_does_a_value_come_back_as_it_went(worker, value):
    assert worker.call("echo", value=value) == value


def test_does_what_is_printed_garble_nothing(worker):
    assert worker.call("chatter") == "said"
    assert worker.call("echo", value=1) == 1


@pytest.mark.parametrize(
    ("operation", "says"), [("fail", "division by zero"), ("leave", "SystemExit")]
)
def test_does_an_error_leave_the_process_alive(worker, operation, says):
    with pytest.raises(Failed, match=says):
        worker.call(operation)
    assert worker.call("echo", value=1) == 1


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ("die", "has ended"),
        ("hang", "did not come to an end within 0.5 seconds"),
        ("flood", "garbled"),
        ("odd", "has ended"),
    ],
)
def test_is_a_process_given_up_that_does_not_answer(worker, operation, sentence):
    with pytest.raises(Gone, match=sentence):
        worker.call(operation, timeout=0.5 if operation == "hang" else 20)
    assert not worker.folder.exists()
    with pytest.raises(Gone, match="has ended"):
        worker.call("echo", value=1)


def test_is_a_module_that_does_not_start_said_to_have_ended():
    with pytest.raises(Gone, match="has ended"):
        Worker("examiner.there_is_none").call("echo", value=1)


def test_does_it_run_in_a_folder_of_its_own_that_goes_away(worker):
    assert Path(worker.call("where")) == worker.folder
    worker.stop()
    worker.stop()
    assert not worker.folder.exists()


def test_does_it_see_nothing_of_this_environment(worker, monkeypatch):
    assert "PATH" not in worker.call("environment")
    assert worker.call("environment")["HOME"] == str(worker.folder)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows ends a tree by taskkill")
def test_does_its_child_end_with_it(worker):
    child = worker.call("leave_a_child")
    worker.stop()
    assert gone(child)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="there is no SIGKILL on Windows")
def test_does_it_end_with_the_examiner_even_when_it_hangs():
    """The examiner is killed, and has no time to say good-bye."""
    code = (
        "import os, threading\n"
        "from examiner.process import Worker\n"
        "worker = Worker('tests.examiner.odd_worker')\n"
        "worker.call('move')\n"
        "child = worker.call('leave_a_child')\n"
        "threading.Thread(target=worker.call, args=('hang',), daemon=True).start()\n"
        "print(worker._process.pid, child, worker.folder, flush=True)\n"
        "os.read(0, 1)\n"
    )
    examiner = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    pid, child, folder = examiner.stdout.readline().split()
    examiner.kill()
    examiner.wait()
    assert gone(int(pid))
    assert gone(int(child))
    assert not Path(folder).exists()


def gone(pid: int) -> bool:
    """Wait until a process has ended; a zombie has."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False
