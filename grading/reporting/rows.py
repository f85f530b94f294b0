"""Hand a class's rows to the report's notebook: a JSON file, so that it needs no gradebook."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from grading.examining.result import Result
from grading.gradebook.row import Row

VARIABLE = "GRADING_REPORT_ROWS"  # of the environment: where the file lies
# Names and addresses stay in the gradebook: the report does with the ids.
KEPT = ("student", "assignment", "status", "reason", "score", "max_score", "result")
KEPT += ("late_penalty", "best", "another_look", "held")


def write_rows(path: Path, assignment: str, rows: Iterable[Row]) -> None:
    """Write what the report needs of an assignment's rows."""
    plain = [{name: asdict(row)[name] for name in KEPT} for row in rows]
    path.write_text(json.dumps([assignment, plain]), encoding="utf-8")


def read_rows() -> tuple[str, list[Row]]:
    """Return the assignment and its rows from the file that the environment names."""
    assignment, plain = json.loads(Path(os.environ[VARIABLE]).read_text(encoding="utf-8"))
    return assignment, [_row(**members) for members in plain]


def _row(result: dict | None, another_look: list[str], **members: object) -> Row:
    known = {"result": result and Result.from_plain(result), "another_look": tuple(another_look)}
    return Row(**members, **known)
