"""A submission is written with few statements, in one transaction."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from grading.commands.grade import grade

FIRST, AGAIN = 11, 13  # statements for a submission of the practice


@pytest.fixture
def counted() -> Iterator[Counter]:
    """How many statements and commits there have been."""
    found: Counter = Counter()

    def statement(*_: object) -> None:
        found["statements"] += 1

    def commit(_: object) -> None:
        found["commits"] += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    yield found
    event.remove(Engine, "before_cursor_execute", statement)
    event.remove(Engine, "commit", commit)


@pytest.mark.starts("an examiner")
def test_does_a_submission_take_few_statements_and_one_transaction(
    registered_course, practice_class, tmp_path, counted
):
    """Those of a larger class less those of a smaller one: what all share is left out."""
    for again, most in ((False, FIRST), (True, AGAIN)):
        totals = []
        for count in (2, 6):
            root = tmp_path / str(count)
            if not again:
                practice_class(registered_course(root), count)
            counted.clear()
            grade(root, "practice", jobs=1, again=again)
            totals.append(Counter(counted))
        each = {name: (totals[1][name] - totals[0][name]) / 4 for name in totals[0]}
        assert each["commits"] == 1
        assert each["statements"] <= most
