"""A process of unknown quality is talked to, and ended, whatever it does."""

import errno
import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from examiner import launching, process
from examiner.examination import FAILED, Examination
from examiner.internal_error import InternalError
from examiner.launching import LocalLauncher
from examiner.process import Failed, Gone, Worker
from examiner.rotation.rules import RULES
from examiner.worker_loop import INTERRUPTED, Dispatcher

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


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "ValueError", "SystemExit"])
def test_does_what_a_signal_raises_cost_at_most_the_call_in_which_it_comes(worker, error):
    for number in range(10):
        worker.call("raise_when_idle", error=error)
        to_come = True
        while to_come:
            with suppress(Failed):
                to_come = worker.call("is_to_come")
        assert worker.call("echo", value=number) == number


@pytest.fixture
def dispatcher() -> Dispatcher:
    """One call that has come, before the main thread has done a step."""
    dispatcher = Dispatcher({"echo": lambda value: value})
    dispatcher.read([b'{"call": "1", "operation": "echo", "arguments": {"value": 5}}'])
    return dispatcher


def interrupt(*arguments: object) -> None:
    raise KeyboardInterrupt


def test_is_a_call_answered_that_a_signal_has_interrupted(dispatcher, monkeypatch):
    monkeypatch.setattr(dispatcher, "_outcome", interrupt)
    with pytest.raises(KeyboardInterrupt):
        dispatcher.step()
    dispatcher.step()
    assert dispatcher._replies.get(block=False) == {"call": "1", "error": INTERRUPTED}


def test_does_the_first_reply_count_where_a_signal_has_come_right_after_it(dispatcher, monkeypatch):
    replies, written = [], []
    put = [lambda reply: replies.append(reply) or interrupt(), replies.append]
    queue = SimpleNamespace(put=lambda reply: put.pop(0)(reply), get=lambda: replies.pop(0))
    monkeypatch.setattr(dispatcher, "_replies", queue)
    with pytest.raises(KeyboardInterrupt):
        dispatcher.step()
    dispatcher.step()
    with pytest.raises(IndexError):  # there are no more
        dispatcher.write(SimpleNamespace(write=lambda line: written.append(json.loads(line))))
    assert written == [{"call": "1", "result": 5}]


PREPARED = [
    '{"result": "forged"}',
    '{"call": "", "result": "forged"}',
    '{"call": null, "result": "forged"}',
    '{"call": "CALL", "result": "forged"}',
    '{"call": "CALL", "error": ""}',
    '{"error": "forged"}',
    "[]",
    "null",
    "[" * 10_000,
]


@pytest.mark.repository  # Linux tells which pipes are open
@pytest.mark.parametrize("reply", PREPARED)
def test_does_a_reply_that_lies_ready_count_for_nothing(worker, reply, monkeypatch):
    monkeypatch.setattr("examiner.process.secrets.token_hex", lambda size: "a" * 32)
    with pytest.raises(Gone, match="garbled"):
        worker.call("prepare", reply=reply.replace("CALL", "c" * 32))


@pytest.mark.repository  # Linux tells which pipes are open
def test_would_a_reply_with_the_right_number_have_counted(worker, monkeypatch):
    """So what a reply lacks that was prepared is its number alone."""
    monkeypatch.setattr("examiner.process.secrets.token_hex", lambda size: "a" * 32)
    reply = '{"call": "CALL", "result": "forged"}'.replace("CALL", "a" * 32)
    assert worker.call("prepare", reply=reply) == "forged"


def test_is_no_number_given_twice(worker, monkeypatch):
    given, choose = [], secrets.token_hex

    def token_hex(size: int) -> str:
        given.append(choose(size))
        return given[-1]

    monkeypatch.setattr("examiner.process.secrets.token_hex", token_hex)
    for _ in range(20):
        worker.call("echo", value=1)
    assert len(set(given)) == len(given) >= 20
    assert {len(number) for number in given} == {32}


def test_is_an_error_without_a_word_an_error(worker):
    with pytest.raises(Failed, match="an error without a name"):
        worker.call("fail_without_words")


@pytest.mark.parametrize("said", ["", "\n", "\u200b"])
def test_does_an_error_without_a_word_pass_no_rule(said, monkeypatch):
    """The worker's side is the student's: it may answer what ours never does."""

    def call(worker, operation, timeout=10.0, **arguments):
        raise Failed(said)

    monkeypatch.setattr(Worker, "call", call)
    with Examination("x = 1") as examination:
        verdicts = examination.examine_all(RULES)
    assert not any(verdict.passed for verdict in verdicts)
    assert all(verdict.message for verdict in verdicts)


def test_is_it_told_that_the_code_has_stopped_the_examiner(right, monkeypatch):
    call = Worker.call

    def fail(worker, operation, **arguments):
        if operation == "disable":
            raise Failed("a signal of yours")
        return call(worker, operation, **arguments)

    monkeypatch.setattr(Worker, "call", fail)
    [uniform] = [rule for rule in RULES if rule.name == "uniform"]
    with Examination(right) as examination:
        verdict = examination.examine(uniform)
    assert verdict.message == FAILED.format("a signal of yours")


def test_is_it_our_failure_where_no_call_has_come_to_a_process_that_ends():
    worker = Worker("examiner.there_is_none")
    with pytest.raises(InternalError, match=r"\(the process for it has not started\)"):
        worker.call("echo", value=1)
    assert not worker.folder.exists()
    with pytest.raises(Gone):
        worker.call("echo", value=1)


def test_is_it_our_failure_where_a_process_does_not_start_in_time(worker, monkeypatch):
    monkeypatch.setattr(process, "STARTING", 0)
    with pytest.raises(InternalError, match="has not started"):
        worker.call("echo", value=1)
    assert not worker.running


def test_is_a_process_that_its_launcher_ends_no_failure_of_ours():
    launcher = LocalLauncher()
    launcher.ended = "Your code took more than 2 seconds in all."
    with pytest.raises(Gone, match="more than 2 seconds"):
        Worker("examiner.there_is_none", launcher).call("echo", value=1)


@pytest.mark.parametrize("step", ["folder", "start", "threading"])
def test_does_a_machine_without_room_say_so_and_leave_nothing(step, monkeypatch, tmp_path):
    def no_room(*arguments: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def no_thread(*arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(launching, "MEMORY", str(tmp_path))
    if step == "threading":
        monkeypatch.setattr(threading.Thread, "start", no_thread)
    else:
        monkeypatch.setattr(LocalLauncher, step, no_room)
    with pytest.raises(InternalError, match=r"No space left|new thread"):
        Worker("tests.examiner.odd_worker")
    assert list(tmp_path.iterdir()) == []


def test_does_no_verdict_come_of_a_process_that_does_not_start(right, monkeypatch):
    with Examination(right) as examination:
        monkeypatch.setattr(process, "STARTING", 0)
        with pytest.raises(InternalError):
            examination.examine(RULES[0])
        monkeypatch.undo()
        assert examination.examine(RULES[0]).passed


def test_does_it_run_in_a_folder_of_its_own_that_goes_away(worker):
    assert Path(worker.call("where")) == worker.folder
    worker.stop()
    worker.stop()
    assert not worker.folder.exists()


def test_is_a_folder_removed_that_is_let_go_of_late(tmp_path, monkeypatch):
    """As on Windows, where a process that was ended holds its folder for a moment."""
    tries = iter([None, None, tmp_path.rmdir])
    monkeypatch.setattr(shutil, "rmtree", lambda folder, **options: (next(tries) or list)())
    monkeypatch.setattr(launching, "REMOVALS", 20)
    launching.remove(tmp_path)
    assert not tmp_path.exists()


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
