"""The turn of lesson 8: a session that ends thirty days after its log-in."""

from collections.abc import Callable

import jwt

from lesson.course import START, Course
from lesson.families import Families
from lesson.turns.asked_app import AskedApp, asked_course
from lesson.turns.turn import turn
from server.tokens import DAY


@turn("logged-out.last-day", "no refresh moves the last day, and each log-in has its own.")
def last_day(view: Callable) -> None:
    """Refresh on several days before and after the thirtieth, in three sessions."""
    with asked_course(view, Families()) as (app, course):
        alices = _refreshed_on(app, course, app.log_in("alice"), 10, 20)
        bobs = app.log_in("bob")
        alices = _refreshed_on(app, course, alices, 29)
        _ended_on(app, course, alices, 31)
        anew = app.log_in("alice")
        bobs = _refreshed_on(app, course, bobs, 32, 49)
        _ended_on(app, course, bobs, 51)
        newest = _refreshed_on(app, course, anew, 60)
        app.is_refused(anew, "is spent, but")
        app.is_refused(newest, f"is of the family of {app.name(anew)}, which came back spent, but")


def _refreshed_on(app: AskedApp, course: Course, token: str, *days: int) -> str:
    """Return the newest token after a refresh on each of these days, counted from the first."""
    for day in days:
        _wait_for(course, day)
        when = f"{_dated(token)} On day {day} of the course's clock, before its last day, it"
        token = app.refresh(token, when)
    return token


def _ended_on(app: AskedApp, course: Course, token: str, day: int) -> None:
    """Raise NotYet where a token is good on a day after its session's last one."""
    _wait_for(course, day)
    app.is_refused(token, f"{_dated(token)} On day {day}, 31 days after its log-in, it")


def _dated(token: str) -> str:
    """Return words on the date that stands in a token."""
    try:
        exp = jwt.decode(token, options={"verify_signature": False})["exp"]
    except jwt.PyJWTError:
        return "is no JWT."
    return f"is dated until day {round((exp - START) / DAY)}."


def _wait_for(course: Course, day: int) -> None:
    course.clock.advance(seconds=START + day * DAY - course.clock.now())
