"""The rules of the rotation exercise that are examined after handing in."""

import re
from collections.abc import Callable

from examiner.http_exchange import Answer
from examiner.process import Gone
from examiner.rotation.meetings import Meeting, Race
from examiner.rotation.rules import (
    LIFETIME,
    LIMITS,
    REFUSALS,
    expect,
    expect_refusal,
    made_up,
    rotation_rule,
)
from examiner.rotation.subject import AT_ONCE, RotationApp
from examiner.rule import Broken
from grading.examining.hidden_rules.spellings import is_among, sought, without_beginning

THEFT = "Lesson 5 · Reuse means theft"
ENDS = "Lesson 5 · Who is logged out, and why both"
HOLDING = "Lesson 6 · Hold one, let the other pass"
ATOMIC = "Lesson 6 · Check and change in one step"
NOTHING_TO_REFUSE = "Log-out refuses nothing: whatever was sent is good for nothing afterwards."
FORGOTTEN = "The client forgetting its token is no log-out: end the session in your store."
UNDONE = "A spent token is good again: what one request wrote, another one has overwritten."
ALIVE = "The session was ended and is still in use: end and refresh under the same lock."
EARLY = "Who is told that the log-out is done relies on it: end the session first, then answer."
STALE = "An old tab may log out with a spent token: find its session from any token."
# What meets with one token, what meets it of another session, and what ends a session meanwhile.
DOUBLES = (
    Meeting("refresh", "refresh"),
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
CANDIDATE = re.compile(r"[\w.~+/=:|-]{6,6000}")
STEPPED = 6  # bursts of two that stop at each place and go on together, as past a flag
BURSTS = 10  # of requests that nothing holds, for what is done out of the examiner's sight
MAX_CANDIDATES = 200


class AfterAnswer(Broken):
    """Raised where what a log-out does goes on after its answer."""


@rotation_rule(3, "A spent token presented again ends its session.", THEFT)
def reuse(app: RotationApp) -> None:
    for refreshes, replayed, days in [(1, 0, 0), (2, 0, 0), (2, 1, 3), (3, 0, 0), (40, 0, 0)]:
        chain = app.chain(app.random.choice(app.users), refreshes)
        spent, live = chain[replayed], chain[-1]
        first, last = app.name(spent), app.name(live)
        why = f"Owner and thief cannot be told apart: {last} may be the thief's, so it has to go."
        when = "when"
        if days:
            app.advance(days=days)
            when = f"{days} days later, when"
        app.refresh(spent)
        asked = f"{first} came back {when} {last} was live, then {last}"
        expect_refusal(app.refresh(live), asked, why)
        why = "A session that has ended stays ended: nothing that comes later opens it again."
        app.advance(days=1)
        expect_refusal(app.refresh(live), f"{first} came back, then {last} a day later", why)
        app.refresh(spent)
        expect_refusal(app.refresh(live), f"{first} came back once more, then {last}", why)


@rotation_rule(2, "Reuse, forged tokens and bad requests end nobody else's session.", ENDS)
def others(app: RotationApp) -> None:
    user, other = app.users
    app.next(app.log_in(user))
    live, bystander = app.log_in(user), app.log_in(other)
    for _, token in made_up(app, live):
        app.refresh(token)
        app.log_out(token)
    for body in [{"token": 5}, b"{", b"[]"]:
        app.send("POST", "/token", body)
    why = "What anyone can make up has ended a session: verify first, and act after that."
    for token in [live, bystander]:
        asked = f"Made-up tokens and bad requests, then the live {app.name(token)}"
        expect(app.refresh(token), 200, asked, why)
    bystander = app.log_in(other)
    app.refresh(live)  # spent: a reuse
    why = "One old token now logs everybody out: end its session and no other user's."
    expect(app.refresh(bystander), 200, f"Reuse of {user}'s token, then {other}'s live one", why)


@rotation_rule(2, "Log-out ends this session, with a spent token too, and no other one.", ENDS)
def logout(app: RotationApp) -> None:
    user, other = app.users
    bystanders = [app.log_in(user), app.log_in(other)]
    ended = []
    for refreshes, back in [(0, 1), (1, 1), (1, 2), (3, 3)]:
        chain = app.chain(user, refreshes)
        beside = app.log_in(user, seconds=0)
        if beside not in chain:  # else the rule `rotates` is broken
            bystanders.append(beside)
        _logged_out(app, chain[-min(back, len(chain))], chain[-1])
        ended.append(chain[-1])
    made = made_up(app, app.log_in(other))
    bystanders.append(app.log_in(other))
    for kind, token in made:
        expect(app.log_out(token), 204, f"DELETE /logout with {kind}", NOTHING_TO_REFUSE)
    why = "Log-out ends one session: no other device's, and no other user's."
    for token in bystanders:
        expect(app.refresh(token), 200, f"Other sessions were logged out; {app.name(token)}", why)
    _stays_logged_out(app, user, ended)


def _logged_out(app: RotationApp, sent: str, last: str) -> None:
    asked = f"DELETE /logout with {app.name(sent)}"
    expect(app.log_out(sent), 204, asked, NOTHING_TO_REFUSE)
    expect(app.log_out(sent), 204, f"{asked} again", NOTHING_TO_REFUSE)
    app.advance(seconds=600)  # longer than an access token lives
    why = FORGOTTEN if sent == last else STALE
    expect_refusal(app.refresh(last), f"{asked}, then {app.name(last)}", why)


def _stays_logged_out(app: RotationApp, user: str, ended: list[str]) -> None:
    spent, live = app.chain(user, 1)[:2]
    app.refresh(spent)
    for token in [spent, live]:
        asked = f"Reuse of {app.name(spent)}, then DELETE /logout with {app.name(token)}"
        expect(app.log_out(token), 204, asked, NOTHING_TO_REFUSE)
    app.advance(days=1)
    expired = app.log_in(user)
    for token in ended:
        asked = f"Logged out; a day later {user} logs in again, then {app.name(token)}"
        expect_refusal(app.refresh(token), asked, "Log-out is for good: what ended stays ended.")
    app.advance(seconds=LIFETIME)
    expect(app.log_out(expired), 204, "DELETE /logout with an expired token", NOTHING_TO_REFUSE)


@rotation_rule(1, "Refreshed daily, a session still ends 30 days after log-in.", LIMITS)
def absolute(app: RotationApp) -> None:
    token, began = app.log_in(app.random.choice(app.users)), app.now
    for _ in range(29):
        app.advance(days=1)
        token = app.next(token)
    app.advance(seconds=began + LIFETIME - app.now)
    why = "Who refreshes stays for ever: carry the time of the log-in from token to token."
    expect_refusal(app.refresh(token), "Refreshed on 29 days, then on day 30", why)


@rotation_rule(1, "A disabled user is refused, and a new role is in the next access token.", LIMITS)
def user(app: RotationApp) -> None:
    shut, changed = (app.next(app.log_in(name)) for name in app.users)
    app.disable(app.users[0])
    why = "The user was looked at earlier: ask users.is_active() at each refresh."
    expect_refusal(app.refresh(shut), f"{app.users[0]} is disabled, then {app.name(shut)}", why)
    for role in ["admin", "reader"]:
        app.set_role(app.users[1], role)
        app.next(changed)
        came = app.page(app.access_token).get("role")
        if came != role:
            raise Broken(
                f"{app.users[1]} became {role}, then a refresh and GET /me: expected {role}, came "
                f"{came}.\nA role from earlier is out of date: ask users.role() at each refresh."
            )
        changed = app.next(app.log_in(app.users[1]))


@rotation_rule(2, "Nothing that is kept contains a refresh token or can be sent as one.", REFUSALS)
def hashed(app: RotationApp) -> None:
    spent = app.log_in(app.users[0])
    tokens = [spent, app.next(spent), app.log_in(app.users[1])]
    _keeps_none(app, tokens)
    if later := _used_in_every_way(app):
        _keeps_none(app, later)


def _used_in_every_way(app: RotationApp) -> list[str]:
    """Return the tokens of sessions that were refreshed, ended and refused.

    None where one of these does not work by itself: that is for other rules.
    """
    user, other = app.users
    try:
        reused, ended, shut, live = (
            app.chain(user, 3),
            app.chain(user, 1),
            app.log_in(other),
            app.log_in(user),
        )
        nobodys = made_up(app, live)[0][1]
        for token in [reused[0], reused[-1], nobodys]:
            app.refresh(token)
        for token in [ended[-1], ended[0]]:
            app.log_out(token)
            app.refresh(token)
        app.disable(other)
        app.refresh(shut)
        app.advance(seconds=2 * LIFETIME)
        app.refresh(live)
        return [*reused, *ended, shut, live]
    except Broken:
        return []
    except Gone:
        app.end_process()
        return []


def _keeps_none(app: RotationApp, tokens: list[str]) -> None:
    secret = {token: [token, *without_beginning(token, tokens)] for token in tokens}
    texts = {text for found in secret.values() for part in found for text in sought(part)}
    retained = app.retained(texts)
    for token, parts in secret.items():
        if any(is_among(retained, part) for part in parts):
            raise Broken(
                f"What the cell keeps: expected no refresh token in it, found {app.name(token)}.\n"
                "Who reads the store can log in with it: keep a hash and compare hashes."
            )
    candidates = {found for stored in retained for found in CANDIDATE.findall(stored)}
    app.keep_connection()
    # The longest are the likeliest; each costs a request.
    likely = sorted(candidates, key=len, reverse=True)[:MAX_CANDIDATES]
    why = "What stands in the store works as a token: hash what is sent before you look."
    for answer in app.refresh_each(likely):
        expect_refusal(answer, "POST /token with a text from the store", why)


@rotation_rule(3, "Of two requests with one token at most one gets 200.", HOLDING)
def race(app: RotationApp) -> None:
    app.next(app.log_in(app.users[0]))
    for meeting in DOUBLES:
        _race(app, meeting, _one_is_answered)
    for _ in range(STEPPED):
        token = app.log_in(app.random.choice(app.users))
        _one_wins(app, token, app.in_step(["refresh"] * 2, token))
    for _ in range(BURSTS):
        token = app.log_in(app.random.choice(app.users))
        _one_wins(app, token, app.at_once(["refresh"] * AT_ONCE, token))
    for meeting in NEIGHBOURS:
        _race(app, meeting, _spent_stays_spent)


def _one_wins(app: RotationApp, token: str, answers: list[Answer]) -> None:
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


RULES = (reuse, others, logout, absolute, user, hashed, race, race_logout)
