"""A sandbox is a system of its own: what is in it sees, reaches and keeps nothing of ours."""

import dataclasses
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from examiner.examination import Examination
from examiner.internal_error import InternalError
from examiner.launching import PREFIX, remove
from examiner.process import Failed, Gone, Worker
from examiner.rotation.rules import RULES
from grading.__main__ import main
from grading.errors import GradingError
from grading.examining import bubblewrap, limits, sandbox, seccomp
from grading.examining.limits import MEGABYTE, Limits
from grading.examining.sandbox import LIMITS, THROWAWAY, Sandbox, require

pytestmark = pytest.mark.starts("a sandbox")
MODULE = "examiner.rotation.worker"
NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")
REFUSED = tuple(seccomp.REFUSED.get(os.uname().machine, (0, []))[1])
# What a cell keeps, the worker tells: so this comes out.
CELL = """
import json, os, pathlib, socket, subprocess, sys
def say():
    {body}
TOLD = "TOLD" + json.dumps(say())
start_session = token = end_session = say
"""
SYSTEM_CALLS = """
import ctypes, errno, json
call = ctypes.CDLL(None, use_errno=True).syscall
found = []
for number in numbers:
    ctypes.set_errno(0)
    call(number, 0, 0, 0, 0, 0, 0)
    found.append(errno.errorcode.get(ctypes.get_errno(), "none"))
print(json.dumps(found))
"""
FAMILIES = """
import ctypes, errno, json
call, found = ctypes.CDLL(None, use_errno=True).syscall, []
for family in [*range(48), 2**32 + 38]:
    ctypes.set_errno(0)
    call(number, ctypes.c_long(family), 1, 0, (ctypes.c_int * 2)())
    found += [family] * (ctypes.get_errno() != errno.EPERM)
print(json.dumps(found))
"""


@pytest.fixture(scope="module", autouse=True)
def _bubblewrap():
    """Where there is no bubblewrap, nothing of this can be asked; our own machines have it."""
    try:
        require()
    except GradingError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def inside():
    """Run the body of a function in a sandbox, one for all, and return what it returns."""
    with Worker(MODULE, Sandbox()) as worker:
        yield lambda body: run(worker, body)


def run(worker: Worker, body: str):
    """Return what the body of a function returns in there."""
    worker.call("open", source=CELL.format(body=body.strip().replace("\n", "\n    ")))
    [told] = [text for text in worker.call("retained")["texts"] if text.startswith("TOLD")]
    return json.loads(told[4:])


def ended(body: str, limits: Limits) -> str:
    """Return why a sandbox with these limits ended what the body of a function does."""
    with Examination(
        CELL.format(body=body.strip().replace("\n", "\n    ")), Sandbox(limits)
    ) as one:
        return one.examine(RULES[0]).message


def outcome(inside, code: str) -> str:
    """Return how an expression or statement ends in there: ok, or the name of its error."""
    return inside(
        f"try:\n    exec({code!r}, globals())\n    return 'ok'\n"
        "except BaseException as error:\n    return type(error).__name__"
    )


def test_is_every_namespace_another_one(inside):
    told = inside(f"return {{n: os.readlink(f'/proc/self/ns/{{n}}') for n in {NAMESPACES}}}")
    ours = {name: os.readlink(f"/proc/self/ns/{name}") for name in NAMESPACES}
    assert [name for name in NAMESPACES if told[name] == ours[name]] == []


def test_does_it_see_its_own_processes_only(inside):
    pids = inside("return [int(n) for n in os.listdir('/proc') if n.isdecimal()]")
    assert len(pids) < 8
    assert os.getpid() not in pids
    assert str(os.getpid()) not in inside("return open('/proc/1/cmdline').read()").split("\0")


def test_is_nothing_of_the_course_or_the_host_there(inside, repository):
    hidden = [repository / "grading", repository / "solutions", repository / "gradebook.db"]
    hidden += ["/etc/shadow", "/etc/passwd", "/proc/1/root/etc/shadow", "/var", "/boot", "/run"]
    assert inside(f"return [p for p in {list(map(str, hidden))} if os.path.exists(p)]") == []
    at_home = inside(
        f"return os.path.isdir({str(Path.home())!r}) and os.listdir({str(Path.home())!r})"
    )
    assert set(at_home or []) <= set(Path(sys.base_prefix).resolve().parts)
    assert inside("return sorted(os.listdir('/course'))") == ["examiner", "server"]
    for name in bubblewrap.WITHHELD:
        code = f"assert open('/course/server/{name}.py').read()"
        assert outcome(inside, code) in ("AssertionError", "PermissionError")


def test_is_nothing_of_our_environment_there(inside, monkeypatch):
    monkeypatch.setenv("HOST_SECRET", "x")
    told = inside("return list(os.environ)")
    assert set(told) <= set(bubblewrap._variables()[1::3]) | {"PWD", "LC_CTYPE", "TZ"}
    assert inside("return subprocess.getoutput('cat /proc/[0-9]*/environ')").count("PATH=") == (
        inside("return subprocess.getoutput('cat /proc/[0-9]*/environ')").count("PYTHONPATH=")
    )


def test_is_the_hosts_own_loopback_out_of_reach(inside):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        connect = f"socket.create_connection(('127.0.0.1', {port}), 2)"
        assert outcome(inside, connect) == "ConnectionRefusedError"
        assert outcome(inside, "socket.create_connection(('10.0.0.1', 80), 2)") == "OSError"
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    "place", ["/usr/bin/x", "/venv/x", "/course/server/app.py", "/x", "/dev/x", "/sockets/x"]
)
def test_can_nothing_be_written_but_in_its_temporary_folder(inside, place):
    assert outcome(inside, f"open({place!r}, 'w')") in ("OSError", "PermissionError")
    assert outcome(inside, "open('/tmp/x', 'w'), open('/dev/shm/x', 'w')") == "ok"


def test_does_its_root_have_no_rights(inside):
    told = inside("return open('/proc/self/status').read()")
    fields = dict(line.split(":", 1) for line in told.splitlines())
    assert int(fields["CapEff"], 16) == int(fields["CapBnd"], 16) == 0
    assert (fields["NoNewPrivs"].strip(), fields["Seccomp"].strip()) == ("1", "2")
    uid = inside("return os.getuid()")
    assert uid in THROWAWAY if os.geteuid() == 0 else uid == os.geteuid()
    assert outcome(inside, "os.setuid(0)") in ("OSError", "PermissionError")
    assert outcome(inside, "os.kill(1, 9)") in ("ok", "PermissionError")  # and nobody is hurt
    assert inside("return 1") == 1


def test_are_system_calls_refused_that_hide_memory(inside):
    code = f"numbers = {[*REFUSED, 39]}\n{SYSTEM_CALLS}"
    told = inside(f"return json.loads(subprocess.check_output([sys.executable, '-c', {code!r}]))")
    assert told == ["EPERM"] * len(REFUSED) + ["none"]
    assert outcome(inside, "os.memfd_create('x')") == "PermissionError"


@pytest.mark.parametrize("number", seccomp.LOOKED_INTO.get(os.uname().machine, ())[:2])
def test_does_only_a_socket_of_the_network_and_of_unix_open(number, inside):
    """AF_ALG, AF_VSOCK, AF_PACKET and whatever else there is; 2**32 is no way round."""
    code = f"number = {number}\n{FAMILIES}"
    told = inside(f"return json.loads(subprocess.check_output([sys.executable, '-c', {code!r}]))")
    assert told == [socket.AF_UNIX, socket.AF_INET, socket.AF_INET6]


def test_is_a_name_found_without_the_kernels_list_of_addresses(inside):
    told = "return [kind for kind, *_ in socket.getaddrinfo('127.0.0.1', 80, type=1)]"
    assert inside(told) == [socket.AF_INET]


def test_can_no_sandbox_be_made_in_a_sandbox(inside):
    body = (
        "return subprocess.run(['/usr/bin/unshare', '-U', 'true'], capture_output=True).returncode"
    )
    assert inside(body) != 0


LIMITED = {
    "a file": ("open('/tmp/big', 'wb').truncate(40 * 2**20)", "OSError"),
    "address space": ("bytearray(5 * 2**30)", "MemoryError"),
    "open files": ("[open('/dev/null') for _ in range(1100)]", "OSError"),
    "a disk": (
        "for n in range(4):\n    open(f'/tmp/b{n}', 'wb').write(bytes(20 * 2**20))",
        "OSError",
    ),
    "memory that is no process's": ("import mmap\nmmap.mmap(-1, 2**20)", "PermissionError"),
    "memory of a device": (
        "import mmap\nmmap.mmap(os.open('/dev/zero', os.O_RDWR), 2**20)",
        "OSError",
    ),
    "a buffer for what is sent": (
        "socket.socket().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**23)",
        "PermissionError",
    ),
    "a buffer for what is read": (
        "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**23)",
        "PermissionError",
    ),
    "processes": (
        # With stacks of the usual size, addresses would be used up first, now and then.
        "import threading\nthreading.stack_size(2**16)\nwait = threading.Event()\n"
        "for _ in range(600):\n    threading.Thread(target=wait.wait, daemon=True).start()",
        "RuntimeError",
    ),
}


@pytest.mark.parametrize("kind", LIMITED)
def test_is_there_a_limit_on(kind):
    code, error = LIMITED[kind]
    with Worker(MODULE, Sandbox()) as worker:
        assert outcome(lambda body: run(worker, body), code) == error


def test_is_memory_counted_over_all_processes():
    limits = Limits(seconds=30, memory=150 * MEGABYTE)
    code = "x = bytearray(b'x') * (40 * 2**20); import time; time.sleep(60)"
    body = f"for _ in range(4):\n    subprocess.Popen([sys.executable, '-c', {code!r}])\n"
    assert ended(body + "import threading\nthreading.Event().wait()", limits) == (
        "Your code used more than 150 MB of memory."
    )


@pytest.mark.parametrize(
    "make",
    [
        "open(f'/tmp/{name}', 'w').close()",
        "os.mkdir(f'/dev/shm/{name}')",
        "os.symlink('x', f'/tmp/{name}')",
        "open('/dev/shm/x', 'w').close(), os.link('/dev/shm/x', f'/dev/shm/{name}')",
    ],
)
def test_are_files_counted_where_the_last_process_has_ended(make):
    """Nobody has waited for it, so it is still there and has no root folder any more."""
    body = (
        "os.fork() or os._exit(0)\ntry:\n    while True:\n"
        f"        name = os.urandom(8).hex()\n        {make}\n"
        "except OSError:\n    import threading\n    threading.Event().wait()"
    )
    assert ended(body, Limits(seconds=30, files=100)) == "Your code made more than 100 files."


def test_does_the_kernel_count_files_too(inside):
    """In the tenth of a second between two looks, tens of thousands can be made."""
    rooms = inside(f"return [os.statvfs('/' + place).f_files for place in {limits.PLACES}]")
    assert rooms == [LIMITS.files + 1] * len(limits.PLACES)  # the place itself is one


@pytest.mark.parametrize("opened", ["socket.socketpair()", "socket.socket()", "connected()"])
def test_are_sockets_counted_over_all_processes(opened):
    """Each keeps as much as goes into its buffers, and that is in no process's memory."""
    body = (
        "import threading\nserver, kept = socket.create_server(('127.0.0.1', 0)), []\n"
        "def connected():\n"
        "    return socket.create_connection(server.getsockname()), server.accept()\n"
        "for _ in range(3):\n    if os.fork() == 0:\n"
        f"        kept += [{opened} for _ in range(50)]\n        break\n"
        "threading.Event().wait()"
    )
    assert ended(body, Limits(seconds=30, sockets=80)) == "Your code opened more than 80 sockets."


def test_is_memory_counted_that_waits_in_connections():
    body = (
        "import threading\nserver, kept = socket.create_server(('127.0.0.1', 0)), []\n"
        "for _ in range(30):\n"
        "    kept += [socket.create_connection(server.getsockname()), server.accept()]\n"
        "    kept[-2].setblocking(False)\n    try:\n"
        "        while True:\n            kept[-2].send(bytes(2**20))\n"
        "    except BlockingIOError:\n        pass\n"
        "threading.Event().wait()"
    )
    assert ended(body, Limits(seconds=30, memory=100 * MEGABYTE)) == (
        "Your code used more than 100 MB of memory."
    )


def test_is_the_number_of_processes_limited():
    """The kernel's own limit only refuses more: who forks on would keep all processors busy."""
    body = "while True:\n    os.fork() or time.sleep(99)"
    limits = Limits(seconds=30, processes=20)
    assert ended(body, limits) == "Your code started more than 20 processes."


def test_does_the_table_of_limits_say_those_that_are_in_force(repository):
    """docs/security.md; what is not in it is no limit that somebody can run into."""
    table = (repository / "docs/security.md").read_text(encoding="utf-8")
    second, first = limits.PLACES
    told = {
        "seconds": f"| time | {LIMITS.seconds:g} s |",
        "memory": f"| memory, with what waits in TCP | {LIMITS.memory // MEGABYTE} MB |",
        "tasks": f"| processes and threads | {LIMITS.tasks} |",
        "processes": f"| processes | {LIMITS.processes} |",
        "sockets": f"| sockets | {LIMITS.sockets}, with buffers of the kernel's size |",
        "files": f"| files, folders and links | {LIMITS.files:,} in each of "
        f"`/{first}` and `/{second}`, {limits.DISK_BYTES // MEGABYTE} MB there |",
        "file_bytes": f"| one file | {LIMITS.file_bytes // MEGABYTE} MB |",
        "open_files": f"| open files of one process | {LIMITS.open_files:,} |",
        "cpu_seconds": f"| CPU time of one process | {LIMITS.cpu_seconds} s |",
        "address_space": f"| addresses of one process | {LIMITS.address_space // MEGABYTE:,} MB |",
    }
    assert set(told) == {field.name for field in dataclasses.fields(Limits)}
    assert [line for line in told.values() if line not in table] == []


def test_is_the_time_of_a_submission_limited_over_its_starts():
    launcher = Sandbox(Limits(seconds=2))
    told = "Your code took more than 2 seconds in all: the rest was not tried."
    with Examination(
        "import signal\nsignal.pthread_sigmask(0, range(1, 65))\nwhile True: pass", launcher
    ) as one:
        assert one.examine(RULES[0]).message == one.examine(RULES[1]).message == told
        assert one.late == [rule.name for rule in RULES[:2]]
    with Examination("x", launcher) as one:
        assert [verdict.message for verdict in one.examine_all(RULES)] == [told] * len(RULES)
        assert one.late == [rule.name for rule in RULES]


def test_does_what_it_prints_without_end_cost_nothing(inside):
    body = "for _ in range(200):\n    os.write(1, bytes(2**16)), os.write(2, bytes(2**16))"
    assert inside(f"{body}\nreturn 1") == 1


def alive(word: str) -> list[int]:
    found = psutil.process_iter(["cmdline"])
    return [one.pid for one in found if word in " ".join(one.info["cmdline"] or [])]


@pytest.fixture
def temporary(monkeypatch):
    """A temporary folder of its own, with a path that is short enough for sockets below it."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def test_is_everything_gone_that_was_started(temporary):
    word = f"left-{os.getpid()}"
    code = f"import os, time\nos.setsid()\nos.fork() and os._exit(0)\ntime.sleep(99) # {word}"
    with Worker(MODULE, Sandbox()) as worker:
        [folder] = temporary.iterdir()
        assert folder.stat().st_mode & 0o077 == 0
        run(worker, f"subprocess.Popen([sys.executable, '-c', {code!r}]).wait()")
        assert alive(word)
        outer = worker._process.pid
    assert alive(word) == []
    assert not psutil.pid_exists(outer)
    assert list(temporary.iterdir()) == []


def test_does_a_kill_of_all_in_there_harm_nobody_out_here():
    with Worker(MODULE, Sandbox()) as worker, pytest.raises(Gone, match="has ended"):
        worker.call("open", source="import os\nos.kill(-1, 9)\nos._exit(0)")


def call_until_it_is_gone(worker: Worker) -> None:
    """The kernel ends the inner processes a moment after the outer one."""
    while True:
        with suppress(Failed):
            worker.call("open", source="x = 1")


def test_is_a_sandbox_killed_from_outside_known_to_be_lost():
    launcher = Sandbox()
    with Worker(MODULE, launcher) as worker:
        assert run(worker, "return 1") == 1  # it is all there by now
        worker._process.kill()
        worker._process.wait()
        with pytest.raises(Gone):
            call_until_it_is_gone(worker)
    assert launcher.lost


def test_is_one_ended_by_its_own_cell_not_lost():
    launcher = Sandbox()
    with Worker(MODULE, launcher) as worker, pytest.raises(Gone):
        worker.call("open", source="import os\nos._exit(1)")
    assert not launcher.lost
    assert not launcher.late


def test_do_two_sandboxes_leave_each_other_their_processes():
    """A limit of processes is one for a user: two sandboxes of one user would share it."""
    body = (
        "import threading, time\nwait = threading.Event()\nstarted = 0\n"
        "for _ in range(20):\n    threading.Thread(target=wait.wait, daemon=True).start()\n"
        "return os.getuid()"
    )
    limits = Limits(tasks=32)
    with Worker(MODULE, Sandbox(limits)) as one, Worker(MODULE, Sandbox(limits)) as other:
        uids = [run(one, body), run(other, body)]
    assert os.geteuid() != 0 or uids[0] != uids[1]


@pytest.fixture
def no_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


def test_is_a_missing_bubblewrap_one_sentence(no_path):
    with pytest.raises(GradingError) as caught:
        require()
    assert "apt install bubblewrap" in str(caught.value)
    assert "--accept-risk" in str(caught.value)


def test_is_a_bubblewrap_that_fails_one_sentence(monkeypatch, tmp_path):
    for name in ("bwrap", "prlimit", "setpriv"):
        (tmp_path / name).write_text("#!/bin/sh\necho first >&2\necho no namespaces >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(GradingError, match=r"does not work here \(no namespaces\)"):
        require()


@pytest.mark.parametrize("machine", ["riscv64", "i686"])
def test_is_a_machine_without_a_filter_refused(monkeypatch, machine):
    monkeypatch.setattr("platform.machine", lambda: machine)
    with pytest.raises(GradingError, match=f"no filter is known for {machine}"):
        require()


def test_is_grading_without_it_refused_or_at_ones_own_risk(
    repository, tmp_path, practice_class, monkeypatch, capsys
):
    shutil.copytree(repository / "solutions", tmp_path / "solutions")
    practice_class(tmp_path, 1)
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    command = ["grade", "--course", str(tmp_path), "--json", "--jobs", "1"]
    with pytest.raises(SystemExit, match="Grading needs bubblewrap"):
        main(command)
    assert not (tmp_path / "gradebook.db").exists()
    assert main([*command, "--accept-risk"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["status"] == "graded"


def test_is_a_sandbox_that_is_being_made_ended_too():
    """Killed before it has freed its first process, bubblewrap would leave that waiting."""
    launcher = Sandbox()
    folder = launcher.folder()
    process = launcher._start(MODULE, folder)
    launcher.kill(process)
    assert process.returncode != -signal.SIGKILL
    commands = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    assert not [command for command in commands if str(folder) in command]
    remove(folder)


def test_are_files_of_our_own_not_counted():
    """Before its own /tmp is there, a sandbox's first process sees ours."""
    assert list(limits._files([psutil.Process()])) == []


def test_does_a_sandboxs_folder_say_whose_it_is(temporary):
    """Else nobody would sweep it where its maker was killed."""
    assert Sandbox().folder().name.startswith(f"{PREFIX}{os.getpid()}-")


def test_does_a_submission_whose_time_is_over_leave_no_folder(temporary):
    with pytest.raises(Gone, match="in all"):
        Worker(MODULE, Sandbox(Limits(seconds=0)))
    assert list(temporary.iterdir()) == []


def test_does_a_sandbox_that_nobody_can_watch_not_go_on(monkeypatch, temporary):
    def no_thread(*arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(sandbox, "Watch", no_thread)
    with pytest.raises(InternalError, match="new thread"):
        Worker(MODULE, Sandbox())
    assert list(temporary.iterdir()) == []
    assert not alive(str(temporary))
