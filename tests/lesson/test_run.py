"""A run is plain data; a trace is a run that a notebook displays as its tables."""

from dataclasses import asdict, fields

from lesson import record
from lesson.charting.picture import image
from lesson.tracing.executed_statements import boxes_lit, executed_statements
from lesson.tracing.execution_table import execution_table
from lesson.tracing.run import Run, Step
from lesson.tracing.tracker import variable_tracker
from server.views import token


def as_run(trace) -> Run:
    return Run(**{field.name: getattr(trace, field.name) for field in fields(Run)})


def test_do_the_tables_need_no_more_than_a_run():
    trace = record(token, "expired")
    run = as_run(trace)
    assert execution_table(run) == trace.table
    assert variable_tracker(run, trace.table).rows() == trace.tracker.rows()
    assert executed_statements(run) == executed_statements(trace)


def test_are_two_traces_of_equal_runs_equal():
    one, other = record(token, "missing"), record(token, "missing")
    assert one == other
    assert one.table is one.table
    assert one != record(token, "unknown")


def test_is_a_run_made_by_hand_enough_for_a_table():
    flow = record(token, "valid").flow
    run = Run(
        request="POST /token",
        sent="{}",
        start={},
        steps=(Step(2, {"refresh_token": "None"}),),
        end={},
        status=401,
        body="{}",
        reached=True,
        cut=False,
        flow=flow,
    )
    assert execution_table(run)[0].first == 1
    assert [asdict(step)["raised"] for step in run.steps] == [None]


def test_do_the_boxes_that_ran_stand_out():
    trace = record(token, "missing")
    lit = boxes_lit(trace)
    assert lit == {0} | {row.box for row in trace.table if row.first}
    assert image(trace.flow, lit) != image(trace.flow, {0}) != image(trace.flow, ())
