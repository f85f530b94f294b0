"""The two hidden rules of the rotation exercise on requests that meet."""

from collections.abc import Callable

from examiner.http_exchange import Answer
from examiner.process import Gone
from examiner.rotation.meetings import Meeting, Race
from examiner.rotation.rules import expect_refusal, rotation_rule
from examiner.rotation.subject import AT_ONCE, RotationApp
from examiner.rule import Broken

HOLDING = "Races · Hold one, let the other pass"
ATOMIC = "Races · Check and change in one step"
UNDONE = "A spent token is good again: what one request wrote, another one has overwritten."
ALIVE = "The session was ended and is still in use: end and refresh under the same lock."
EARLY = "Who is told that the log-out is done relies on it: end the session first, then answer."
STALE = "An old tab may log out with a spent token: find its session from any token."
# What meets with one token, what meets it of another session, and what ends a session meanwhile.
PLAIN = Meeting("refresh", "refresh")
DOUBLES = (
    Meeting("refresh", "refresh", patient=True),
    Meeting("refresh", "refresh", busy=True),
    Meeting("refresh", "refresh", crowd=True),
)
NEIGHBOURS = (
    Meeting("refresh", "refresh", apart=True),
    Meeting("refresh", "reuse", apart=True),
)
ENDS_AT_ONCE = (
    Meeting("refresh", "log_out"),
    Meeting("log_out", "refresh", busy=True),
    Meeting("refresh", "late_log_out", busy=True),
    Meeting("refresh", "log_out", apart=True),
    Meeting("log_in", "log_out"),
    Meeting("log_out", "log_out", apart=True, busy=True),
    Meeting("refresh", "reuse"),
)
MOST_UNEVEN = 6  # steps at which one of two is left behind: a guard stands near the beginning
BURSTS = 10  # of requests that nothing holds, for what is done out of the examiner's sight


class AfterAnswer(Broken):
    """Raised where what a log-out does goes on after its answer."""


@rotation_rule(3, "Of two requests with one token at most one gets 200.", HOLDING)
def race(app: RotationApp) -> None:
    app.next(app.log_in(app.users[0]))
    _race(app, PLAIN, _one_is_answered)
    _go_in_step(app)
    for meeting in DOUBLES:
        _race(app, meeting, _one_is_answered)
    for _ in range(BURSTS):
        token = app.log_in(app.random.choice(app.users))
        _expect_one(app, token, app.at_once(["refresh"] * AT_ONCE, token))
    for meeting in NEIGHBOURS:
        _race(app, meeting, _spent_stays_spent)


def _go_in_step(app: RotationApp) -> None:
    """Let two go on evenly; then leave one behind, at each of the first steps of both in turn."""
    shared = _one_step_after_another(app, 0)
    for uneven in range(1, min(shared, MOST_UNEVEN) + 1):
        _one_step_after_another(app, uneven)


def _one_step_after_another(app: RotationApp, uneven: int) -> int:
    """Let two refreshes go on in step; return how many steps both took."""
    token = app.log_in(app.random.choice(app.users))
    answers, shared = app.in_step("refresh", token, uneven)
    _expect_one(app, token, answers)
    return shared


def _expect_one(app: RotationApp, token: str, answers: list[Answer]) -> None:
    won = sum(answer.status == 200 for answer in answers)
    if won > 1:
        raise Broken(
            f"{len(answers)} requests with {app.name(token)} at once: expected one 200, came {won}."
            "\nBetween a check and a write others pass: do both under one lock."
        )


def _race(app: RotationApp, meeting: Meeting, check: Callable[..., None]) -> None:
    """Check each race; where a fault shows without any race too, it is for another rule."""
    if meeting.second == "reuse" and not _holds_in_sequence(app, meeting, check):
        return
    try:
        for run in app.races(meeting):
            check(app, meeting, run)
    except AfterAnswer:  # by chance, it shows in a sequence as well
        raise
    except Broken:
        if meeting.is_plain or _holds_in_sequence(app, meeting, check):
            raise


def _holds_in_sequence(app: RotationApp, meeting: Meeting, check: Callable[..., None]) -> bool:
    with app.aside():
        try:
            for run in app.in_sequence(meeting):
                check(app, meeting, run)
        except Broken:
            return False
        except Gone:
            app.end_process()
            return False
    return True


def _one_is_answered(app: RotationApp, meeting: Meeting, run: Race) -> None:
    if run.first.status == run.second.status == 200:
        raise Broken(
            f"One request with {app.name(run.token)} held before {run.pause}, while another "
            "one passed: expected one 200, came two.\n"
            "What one writes the other has to notice: check and write in one step, under one lock."
        )
    for answer in [run.first, run.second]:
        if answer.status not in (200, 403):
            raise Broken(
                f"Two requests at once, one held before {run.pause}: expected 200 or 403, "
                f"came {answer}.\nThe one that loses gets a refusal like any other."
            )


def _spent_stays_spent(app: RotationApp, meeting: Meeting, run: Race) -> None:
    """Find out whether one of two sessions has undone what the other has written."""
    for token in (run.token, run.sent):
        asked = f"{_told(meeting, run)}; then {app.name(token)} once more"
        expect_refusal(app.refresh(token), asked, UNDONE)


def _told(meeting: Meeting, run: Race) -> str:
    return str(meeting).format(place=run.pause)


@rotation_rule(3, "A refresh and a log-out at once leave nothing of the session alive.", ATOMIC)
def race_logout(app: RotationApp) -> None:
    spent = app.log_in(app.users[0])
    live = app.next(spent)
    app.log_out(spent)
    asked = f"DELETE /logout with {app.name(spent)}, then {app.name(live)}"
    expect_refusal(app.refresh(live), asked, STALE)
    for meeting in ENDS_AT_ONCE:
        _race(app, meeting, _is_over)


def _is_over(app: RotationApp, meeting: Meeting, run: Race) -> None:
    told = _told(meeting, run)
    if meeting.first == "log_out" and run.answered and run.second.status == 200:
        answered = f"{told}, after the log-out was answered"
        raise AfterAnswer(f"{answered}: expected 403, came 200.\n{EARLY}")
    for token in _ended(meeting, run):
        expect_refusal(app.refresh(token), f"{told}; then {app.name(token)}", ALIVE)


def _ended(meeting: Meeting, run: Race) -> list[str]:
    """Return the tokens of the sessions that are over now, the newest of each."""
    mine = run.first.refresh or run.second.refresh or run.token
    if meeting.first == "log_in":
        return [run.other]
    if not meeting.apart:
        return [mine]
    return [run.other, *[run.token] * (meeting.first == "log_out")]
