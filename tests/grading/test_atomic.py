"""Files that are written whole or not at all."""

import os
from pathlib import Path

import pytest

from grading.atomic import write_atomically


@pytest.mark.parametrize(
    ("content", "stored"), [("é\n", "é\n".encode()), (b"\xff\r\n", b"\xff\r\n")]
)
def test_are_text_and_bytes_written_as_they_are(content, stored, tmp_path):
    write_atomically(tmp_path / "a.txt", content)
    write_atomically(tmp_path / "a.txt", content)
    assert (tmp_path / "a.txt").read_bytes() == stored
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_is_a_read_only_file_replaced(tmp_path, monkeypatch):
    """Also by Windows, which refuses where the old file is read-only."""
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o440)
    replace = os.replace

    def as_windows_does(part: Path, target: Path) -> None:
        if not target.stat().st_mode & 0o200:
            raise PermissionError(13, "Permission denied", str(target))
        replace(part, target)

    monkeypatch.setattr(os, "replace", as_windows_does)
    write_atomically(path, "new")
    assert path.read_text() == "new"


def test_does_a_link_give_way_and_its_target_stay(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o400)
    link.symlink_to(target)
    write_atomically(link, "new")
    assert not link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("old", 0o400)


def test_does_a_failure_leave_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("name", "error"), [("no/a.txt", FileNotFoundError), ("file/a.txt", NotADirectoryError)]
)
def test_is_a_folder_that_is_not_there_an_os_error(name, error, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(error):
        write_atomically(tmp_path / name, "x")
