"""What nbgrader takes out of cells on release: solutions, and hidden tests.

Its own preprocessors do the same, and take more than a second to import in each run.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from traitlets.config import Config

from grading.course import settings
from grading.examining.release import nbgrader_metadata

Cell = dict[str, Any]
STUBS = {  # what stands in for code, by language, where nbgrader_config.py says nothing else
    "python": "# YOUR CODE HERE\nraise NotImplementedError()",
    "R": "# YOUR CODE HERE\nfail()",
    "matlab": "% YOUR CODE HERE\nerror('No Answer Given!')",
    "octave": "% YOUR CODE HERE\nerror('No Answer Given!')",
    "sas": "/* YOUR CODE HERE */\n %notImplemented;",
    "java": "// YOUR CODE HERE",
}
NO_STUB = "language '{}' has not been specified in ClearSolutions.code_stub"


class Refused(Exception):
    """Raised with nbgrader's own words where a region does not end or stands in another cell."""


@dataclass(frozen=True)
class Region:
    """Hold the marks around a kind of region, in which cells it may stand, and what is refused."""

    begin: str
    end: str
    kind: str
    nested: str
    left_open: str
    elsewhere: str

    def cut(self, cell: Cell, stub: Sequence[str] = ()) -> tuple[str, bool]:
        """Return a cell's source with these lines for each region, and whether there was one.

        Raises Refused.
        """
        kept: list[str] = []
        inside = found = False
        for line in cell["source"].split("\n"):
            if self.begin in line:
                _require(not inside, self.nested)
                inside = found = True
                kept += [re.match(r"\s*", line)[0] + one for one in stub]
            elif self.end in line:
                inside = False
            elif not inside:
                kept.append(line)
        _require(not inside, self.left_open)
        _require(not found or self.is_at_home(cell), self.elsewhere)
        return "\n".join(kept), found

    def is_at_home(self, cell: Cell) -> bool:
        """Return whether such a region may stand in a cell."""
        return not self.kind or is_of(cell, self.kind)


def without_solutions(cells: Sequence[Cell], language: str) -> list[Cell]:
    """Return the cells with a stub in place of each solution, as nbgrader's ClearSolutions does.

    Raises Refused where it would raise an error.
    """
    given = _given("ClearSolutions")
    stubs = given.get("code_stub", STUBS)
    stubs = stubs if isinstance(stubs, dict) else {"python": stubs}
    _require(language in stubs, NO_STUB.format(language))
    text = given.get("text_stub", "YOUR ANSWER HERE")
    region = Region(
        begin=given.get("begin_solution_delimeter", "BEGIN SOLUTION"),
        end=given.get("end_solution_delimeter", "END SOLUTION"),
        kind="solution" if given.get("enforce_metadata", True) else "",
        nested="encountered nested begin solution statements",
        left_open="no end solution statement found",
        elsewhere="Solution region detected in a non-solution cell; please make sure all solution "
        "regions are within solution cells.",
    )
    stub = {"code": stubs[language]}
    return [_unanswered(cell, region, stub.get(cell["cell_type"], text)) for cell in cells]


def without_hidden_tests(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells without hidden tests, as nbgrader's ClearHiddenTests does.

    Raises Refused where it would raise an error.
    """
    given = _given("ClearHiddenTests")
    region = Region(
        begin=given.get("begin_test_delimeter", "BEGIN HIDDEN TESTS"),
        end=given.get("end_test_delimeter", "END HIDDEN TESTS"),
        kind="grade" if given.get("enforce_metadata", True) else "",
        nested="Encountered nested begin hidden tests statements",
        left_open="No end hidden tests statement found",
        elsewhere="Hidden test region detected in a non-grade cell; please make sure all solution "
        "regions are within 'Autograder tests' cells.",
    )
    return [cell | {"source": region.cut(cell)[0]} for cell in cells]


def is_of(cell: Cell, kind: str) -> bool:
    """Return whether nbgrader's metadata say that a cell is of a kind."""
    return bool(nbgrader_metadata(cell).get(kind))


def _unanswered(cell: Cell, region: Region, stub: str) -> Cell:
    source, found = region.cut(cell, stub.split("\n"))
    return cell | {"source": stub if is_of(cell, "solution") and not found else source}


def _given(preprocessor: str) -> Config:
    """Return what nbgrader_config.py says of one of nbgrader's preprocessors."""
    return settings()[preprocessor]


def _require(holds: bool, else_said: str) -> None:
    if not holds:
        raise Refused(else_said)
