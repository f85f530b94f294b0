"""python -m server, as a person would run it."""

import contextlib
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import server

COMMAND = [sys.executable, "-m", "server"]
ENDED = 1 if sys.platform == "win32" else 0  # Windows ends a process without asking it
ALICE = {"username": "alice", "password": "wonderland"}


@contextlib.contextmanager
def running(*options):
    """Run the command on a free port; give a client; stop it the way a service manager does.

    Ctrl+C takes the same way out; a shell that started us in the background ignores it.
    """
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline()).group()
    try:
        with httpx.Client(base_url=url, trust_env=False) as client:
            yield client
    finally:
        process.terminate()
        try:
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert errors == ""
    assert process.returncode == ENDED


def complaint(*options, cwd=None) -> str:
    """Run the command where it must refuse; return its one line."""
    done = subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, timeout=30, check=False, cwd=cwd
    )
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line


def test_does_help_name_the_options_and_the_users():
    text = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    assert all(word in text for word in ["--port", "--database", "alice", "bob"])


def test_does_it_serve_on_the_real_clock():
    with running() as client:
        token = client.post("/login", json=ALICE).json()["refreshToken"]
        assert client.post("/token", json={"token": token}).status_code == 200


def test_does_a_session_survive_a_restart(tmp_path):
    database = ["--database", str(tmp_path / "tokens.sqlite")]
    with running(*database) as client:
        token = client.post("/login", json=ALICE).json()["refreshToken"]
    with running(*database) as client:
        assert client.post("/token", json={"token": token}).status_code == 200
        client.request("DELETE", "/logout", json={"token": token})
    with running(*database) as client:
        assert client.post("/token", json={"token": token}).status_code == 403


def test_does_rotation_remember_a_spent_token_across_a_restart(tmp_path):
    options = ["--rotate", "--database", str(tmp_path / "tokens.sqlite")]
    with running(*options) as client:
        first = client.post("/login", json=ALICE).json()["refreshToken"]
        second = client.post("/token", json={"token": first}).json()["refreshToken"]
    with running(*options) as client:
        answers = [client.post("/token", json={"token": token}) for token in (first, second)]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_do_two_servers_share_one_file(tmp_path):
    """Started at once, with keys that neither finds ready."""
    options = ["--rotate", "--database", str(tmp_path / "tokens.sqlite")]
    with running(*options) as one, running(*options) as other:
        first = one.post("/login", json=ALICE).json()["refreshToken"]
        second = other.post("/token", json={"token": first}).json()["refreshToken"]
        assert one.post("/token", json={"token": second}).status_code == 200


def test_is_rotation_that_the_student_bundle_lacks_named_in_one_line(tmp_path):
    """Without its two files, as students get it."""
    shutil.copytree(Path(server.__file__).parent, tmp_path / "server")
    for name in ["rotation.py", "families.py"]:
        (tmp_path / "server" / name).unlink()
    assert "exercises/rotation" in complaint("--rotate", cwd=tmp_path)


def test_is_a_busy_port_named_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "cannot start" in complaint("--port", str(taken.getsockname()[1]))


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_is_an_impossible_port_named_in_one_line(port):
    assert "port" in complaint("--port", port)


def test_is_a_file_that_is_no_database_named_in_one_line(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("a letter, not a database " * 50)
    assert str(path) in complaint("--database", str(path))


def test_is_another_programs_database_named_in_one_line_and_left_alone(tmp_path):
    path = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE refresh_tokens (a INTEGER)")
    assert "no such column" in complaint("--database", str(path))
    assert not list(tmp_path.glob("*.keys"))


def test_is_a_folder_that_is_not_there_named_in_one_line(tmp_path):
    path = str(tmp_path / "nowhere" / "tokens.sqlite")
    assert f"{path} cannot be used" in complaint("--database", path)
