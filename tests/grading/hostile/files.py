"""Folders with links, pipes, odd names, and more than a notebook in them."""

import os
import socket
from pathlib import Path

from tests.grading.hostile.exercise import Exercise, deserves, dumped


@deserves("all")
def renamed(exercise: Exercise, folder: Path) -> None:
    """As browsers save a second download; it is the only notebook here."""
    (folder / "practice (1).ipynb").write_bytes(dumped(exercise.right()))


@deserves("all or ungraded")
def renamed_to_an_attack(exercise: Exercise, folder: Path) -> None:
    """A name that a shell, a path or a page would trip over."""
    name = "$(echo left-behind);<b>&'\"\n-rf .ipynb"
    (folder / name).write_bytes(dumped(exercise.right()))


@deserves("all")
def two_notebooks(exercise: Exercise, folder: Path) -> bytes:
    """The one with the right name counts."""
    (folder / "practice-old.ipynb").write_bytes(dumped(exercise.released()))
    return dumped(exercise.right())


@deserves("ungraded")
def two_notebooks_renamed(exercise: Exercise, folder: Path) -> None:
    """Neither has the right name: only the student can say which is meant."""
    (folder / "practice (1).ipynb").write_bytes(dumped(exercise.released()))
    (folder / "practice (2).ipynb").write_bytes(dumped(exercise.right()))


@deserves("all")
def notebook_and_its_checkpoint(exercise: Exercise, folder: Path) -> bytes:
    """JupyterLab's own backup lies beside it."""
    (folder / ".ipynb_checkpoints").mkdir()
    backup = folder / ".ipynb_checkpoints/practice-checkpoint.ipynb"
    backup.write_bytes(dumped(exercise.released()))
    return dumped(exercise.right())


@deserves("ungraded")
def only_a_checkpoint(exercise: Exercise, folder: Path) -> None:
    """A backup was not handed in."""
    (folder / ".ipynb_checkpoints").mkdir()
    backup = folder / ".ipynb_checkpoints/practice-checkpoint.ipynb"
    backup.write_bytes(dumped(exercise.right()))


@deserves("ungraded")
def link_to_the_system(exercise: Exercise, folder: Path) -> None:
    """A link was handed in, and no notebook."""
    (folder / "practice.ipynb").symlink_to("/etc/shadow")


@deserves("ungraded")
def link_to_another_student(exercise: Exercise, folder: Path) -> None:
    """Somebody else's work."""
    link = "../../honest_practice/practice/practice.ipynb"
    (folder / "practice.ipynb").symlink_to(link)


@deserves("ungraded")
def link_to_the_solutions(exercise: Exercise, folder: Path) -> None:
    """The instructor's work, with all right letters."""
    link = "../../../solutions/practice/practice.ipynb"
    (folder / "practice.ipynb").symlink_to(link)


@deserves("ungraded")
def link_to_itself(exercise: Exercise, folder: Path) -> None:
    """A link without an end."""
    (folder / "practice.ipynb").symlink_to("practice.ipynb")


@deserves("ungraded")
def link_to_endless_zeros(exercise: Exercise, folder: Path) -> None:
    """Reading it never ends."""
    (folder / "practice.ipynb").symlink_to("/dev/zero")


@deserves("ungraded")
def folder_that_is_a_link(exercise: Exercise, folder: Path) -> None:
    """The whole folder is somebody else's."""
    folder.rmdir()
    folder.symlink_to("../honest_practice/practice")


@deserves("ungraded")
def pipe_in_its_place(exercise: Exercise, folder: Path) -> None:
    """Whoever opens it to read waits for ever."""
    os.mkfifo(folder / "practice.ipynb")


@deserves("ungraded")
def folder_in_its_place(exercise: Exercise, folder: Path) -> None:
    """A folder with the notebook's name."""
    (folder / "practice.ipynb").mkdir()


@deserves("ungraded")
def socket_in_its_place(exercise: Exercise, folder: Path) -> None:
    """A socket with the notebook's name; its path may be no longer than 107 characters."""
    here = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/proc/self/fd/{here}/practice.ipynb")
    os.close(here)


@deserves("all")
def links_beside_it(exercise: Exercise, folder: Path) -> bytes:
    """All right; what the links lead to must not be copied to where the student reads it."""
    for number, target in enumerate([exercise.host / "secret.txt", "/etc/shadow", exercise.host]):
        (folder / f"data-{number}.txt").symlink_to(target)
    (folder / "pictures").symlink_to("/etc", target_is_directory=True)
    return dumped(exercise.right())


@deserves("all")
def pipes_beside_it(exercise: Exercise, folder: Path) -> bytes:
    """All right; whoever copies the folder whole waits for ever, or fills the disk."""
    os.mkfifo(folder / "data.csv")
    with (folder / "holes.bin").open("wb") as file:
        file.truncate(2**40)
    return dumped(exercise.right())


@deserves("all")
def folders_beside_it(exercise: Exercise, folder: Path) -> bytes:
    """All right; a tree that is deeper than paths may be long lies beside it."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=here)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    return dumped(exercise.right())


@deserves("all")
def timestamp_that_is_none(exercise: Exercise, folder: Path) -> bytes:
    """nbgrader reads timestamp.txt; a text that is no time costs nobody a mark."""
    (folder / "timestamp.txt").write_text("9999999-99-99 {{ 7 * 191 }}\n" + "y" * 10_000)
    return dumped(exercise.right())
