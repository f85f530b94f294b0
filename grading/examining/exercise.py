"""An assignment as the instructor wrote it: plain data, its cells and its checks."""

import ast
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from grading.examining.release import nbgrader_metadata

CODE = frozenset({"client", "rotation"})  # whose rules take long to import: only for who asks them


@dataclass(frozen=True)
class Check:
    """Hold a check as it stands in solutions/, with its hidden test."""

    name: str
    points: float
    source: str

    @property
    def number(self) -> str:
        """Return the number of its question or rule."""
        return self.name.removeprefix("check-")


@dataclass(frozen=True)
class Exercise:
    """Hold an assignment: plain data, so that it can travel to another machine.

    `cells` are those of the notebook as released, with their nbgrader metadata, and the checks'
    hidden tests in them. `release` tells its release from any other: what students see and what it
    is worth.
    """

    name: str
    metadata: dict[str, Any]
    cells: tuple[dict[str, Any], ...]
    release: str = ""

    @property
    def is_code(self) -> bool:
        """Return whether students write code in it, which rules examine."""
        return self.name in CODE

    @property
    def checks(self) -> list[Check]:
        """Return its checks in order."""
        graded = [cell for cell in self.cells if nbgrader_metadata(cell).get("grade")]
        return [
            Check(cell["id"], nbgrader_metadata(cell)["points"], cell["source"]) for cell in graded
        ]

    @property
    def answers(self) -> dict[str, str]:
        """Return cell id → released source of the cells that students fill in."""
        return {
            cell["id"]: cell["source"]
            for cell in self.cells
            if nbgrader_metadata(cell).get("solution")
        }

    @property
    def answer_of(self) -> dict[str, str]:
        """Return check's name → id of the answer that it is about: the one before it."""
        found, answer = {}, ""
        for cell in self.cells:
            if nbgrader_metadata(cell).get("solution"):
                answer = cell["id"]
            if nbgrader_metadata(cell).get("grade"):
                found[cell["id"]] = answer
        return found

    def to_plain(self) -> dict[str, Any]:
        """Return its fields as JSON can have them; they are its own, and no copy."""
        return dict(vars(self))

    @classmethod
    def from_plain(cls, found: dict[str, Any]) -> "Exercise":
        """Return it from what `to_plain`, or JSON, makes of it."""
        return cls(**found | {"cells": tuple(found["cells"])})

    def content_digest(self) -> str:
        """Return what tells this version of the assignment from any other."""
        return hashlib.sha256(json.dumps(self.to_plain(), sort_keys=True).encode()).hexdigest()


def named_rule(source: str) -> str | None:
    """Return the rule that a check names, as in check(token, "one_use"); None where it does not.

    A hidden rule is named by the function that was imported for it.
    """
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return None
    for call in calls:
        called = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
        if called == "check" and len(call.args) == 2:
            return getattr(call.args[1], "value", None) or getattr(call.args[1], "id", None)
    return None
