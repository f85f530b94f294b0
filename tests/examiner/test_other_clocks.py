"""Clocks that the examiner does not move, or that it puts back."""

import pytest

from examiner.rotation.other_clocks import other_clock


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("db.execute('INSERT INTO t VALUES (?, CURRENT_TIMESTAMP)', row)", "CURRENT_TIMESTAMP"),
        ("SQL = \"SELECT datetime('now', '+30 days')\"", "datetime('now', '+30 days')"),
        ("SQL = 'SELECT * FROM t WHERE ends > unixepoch()'", "unixepoch()"),
        ("SQL = f\"DELETE FROM t WHERE ends < strftime('%s', 'now') - {x}\"", "strftime"),
        ("import time\nends = time.monotonic() + 5", "time.monotonic() in line 2"),
        ("from time import perf_counter\nnow = perf_counter()", "perf_counter() in line 2"),
        ("ends = datetime.now()", "datetime.now() in line 1"),
        ("ends = datetime.datetime.utcnow()", "datetime.utcnow() in line 1"),
        ("ends = dt.datetime.fromtimestamp(clock.now())", "datetime.fromtimestamp() in line 1"),
    ],
)
def test_is_another_clock_named(source, told):
    assert told in other_clock(source)
    assert other_clock(source).endswith("Take clock.now().")


@pytest.mark.parametrize(
    "source",
    [
        "ends = clock.now() + SESSION_LIFETIME",
        "ends = datetime.now(UTC)",
        "ends = datetime.fromtimestamp(clock.now(), tz=timezone.utc)",
        "ends = time.time()",
        "text = 'it is over now'",
        "SQL = \"SELECT datetime(ends, 'unixepoch') FROM t\"",
        "not python (",
        "",
    ],
)
def test_is_nothing_said_of_the_clock_that_counts(source):
    assert other_clock(source) == ""
