"""The turn of lesson 10: which spent token a grace window forgives."""

from collections.abc import Callable

from lesson.course import Course, start_course
from lesson.families import Families
from lesson.turns.asked_app import AskedApp
from lesson.turns.turn import NotYet, turn


@turn(
    "lost-replies.forgives",
    "thirty seconds from the first use, for the parent of a live token and no other.",
)
def forgives(written: Callable) -> None:
    """Tell each story to a server of its own."""
    for story in (_retries, _forks, _comes_late, _comes_often, _grandparent, _logged_out, _unknown):
        course, app = _begin(written)
        story(course, app)


def _begin(written: Callable) -> tuple[Course, AskedApp]:
    """Start the lesson's server anew, with what the learner wrote behind its view."""
    scope = written.__globals__
    if not {"uses", "gracious"} <= scope.keys():
        raise NotYet("the check needs uses and gracious: run the cells above this one first.")
    course = start_course(Families())
    scope["uses"].clear()
    scope |= {"course": course, "forgives": written}
    course.mount(scope["gracious"])
    return course, AskedApp(course.client, course.server.app)


def _retries(course: Course, app: AskedApp) -> None:
    app.refresh(app.log_in("bob"))
    for seconds in (5, 29):
        course.clock.advance(minutes=10)
        alices = app.log_in("alice")
        app.refresh(alices)
        course.clock.advance(seconds=seconds)
        try:
            app.refresh(alices)
        except NotYet as missing:
            why = f"Alice's retry {seconds} seconds after the first use is in time"
            raise NotYet(f"{why}, but {missing}") from None


def _forks(course: Course, app: AskedApp) -> None:
    first = app.log_in("alice")
    second = app.refresh(first)
    app.refresh(first)
    app.refresh(second)
    newest = app.refresh(first, "is the parent of a spent token and of a live one, but")
    app.refresh(newest)
    app.refresh(first, "is the parent of a live token between two spent ones, but")


def _comes_late(course: Course, app: AskedApp) -> None:
    first = app.log_in("alice")
    app.refresh(first)
    course.clock.advance(seconds=30)
    app.is_refused(first, "was first used thirty seconds ago, when the window closes, but")


def _comes_often(course: Course, app: AskedApp) -> None:
    copied = app.log_in("alice")
    for _ in range(2):
        app.refresh(copied)
        course.clock.advance(seconds=20)
    app.is_refused(copied, "was first used forty seconds ago, and again twenty ago, but")


def _grandparent(course: Course, app: AskedApp) -> None:
    first = app.log_in("alice")
    app.refresh(app.refresh(first))
    app.is_refused(first, "has one child, which is spent and not live, but")


def _logged_out(course: Course, app: AskedApp) -> None:
    app.log_in("bob")
    app.refresh(app.log_in("alice"))
    spent = app.log_in("alice")
    live = app.refresh(spent)
    app.log_out(live)
    app.is_refused(live, "was logged out before anybody used it, but")
    app.is_refused(spent, "is the parent of a token that was logged out, but")


def _unknown(course: Course, app: AskedApp) -> None:
    app.refresh(app.log_in("alice"))
    unknown = course.tokens.new_refresh_token("alice")
    app.is_refused(unknown, "is signed, and unknown to the store, but")
