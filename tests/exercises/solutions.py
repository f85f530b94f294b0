"""The solutions of the two exercises of code: right ones, and wrong ones, which lose rules.

A wrong solution is a whole file where its design is wrong. Elsewhere it is a fault in a right
solution: a TOML file that names this one and has pairs of texts, an old one, which stands in the
right solution once, and the new one that takes its place.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEYS = {"loses", "why", "right", "change"}
WAITS = {"endless_loop_on_a_spent_token"}  # most of a minute, for limits of time alone


def solutions(exercise: str, kind: str) -> list[Path]:
    """Return the files of an exercise's right or wrong solutions, by name."""
    folder = HERE / exercise / kind
    return sorted([*folder.glob("*.py"), *folder.glob("*.toml")], key=lambda path: path.stem)


def sample(paths: list[Path]) -> list[Path]:
    """Return the first wrong solution of each set of rules that is lost by some."""
    taken: dict[tuple[str, ...], Path] = {}
    for path in paths:
        if path.stem not in WAITS:
            taken.setdefault(tuple(loses(path)), path)
    return sorted(taken.values(), key=lambda path: path.stem)


def solution(exercise: str, name: str) -> str:
    """Return the text of a solution with a name such as wrong/two_locks."""
    fault = HERE / exercise / f"{name}.toml"
    return source(fault if fault.exists() else fault.with_suffix(".py"))


def source(path: Path) -> str:
    """Return the text of a solution; that of a fault is made from its right solution.

    Raises ValueError where a fault does not fit.
    """
    text = path.read_text(encoding="utf-8")
    return _made(path, text) if path.suffix == ".toml" else text


def loses(path: Path) -> list[str]:
    """Return the rules that a wrong solution loses, which the first paragraph of it names."""
    return re.split(r",\s+", re.match(r'"""loses: (.+?)\n\n', source(path), re.DOTALL)[1])


def _made(path: Path, text: str) -> str:
    fault = _read(path, text)
    right = path.parent.parent / "right" / f"{fault['right']}.py"
    if not right.exists():
        raise ValueError(f"{path.name} names {fault['right']}, which is no right solution.")
    _, _, code = right.read_text(encoding="utf-8").split('"""', 2)
    head = f'"""loses: {", ".join(fault["loses"])}\n\n{fault["why"].strip()}\n"""'
    return head + _changed(path, code, fault)


def _read(path: Path, text: str) -> dict[str, Any]:
    try:
        fault = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} is not TOML: {error}") from None
    if set(fault) != KEYS or any(set(change) != {"old", "new"} for change in fault["change"]):
        raise ValueError(f"{path.name} needs loses, why, right, and changes with old and new.")
    return fault


def _changed(path: Path, code: str, fault: dict[str, Any]) -> str:
    changed = code
    for change in fault["change"]:
        times = changed.count(change["old"])
        if times != 1:
            found = f"finds it {times} times, and not once, in {fault['right']}: {change['old']!r}"
            raise ValueError(f"{path.name} changes a text and {found}")
        changed = changed.replace(change["old"], change["new"])
    if changed == code:
        raise ValueError(f"{path.name} changes nothing in {fault['right']}.")
    return changed
