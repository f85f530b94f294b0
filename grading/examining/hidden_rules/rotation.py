"""The rules of the rotation exercise that are examined after handing in."""

import secrets

from examiner.rotation.made_up_tokens import (
    are_from_the_clock,
    guesses,
    is_derived,
    looks_signed,
    made_up,
    salts_in,
)
from examiner.rotation.rules import (
    LIFETIME,
    LIMITS,
    expect,
    expect_refusal,
    is_good,
    rotation_rule,
)
from examiner.rotation.subject import RotationApp
from examiner.rule import Broken
from grading.examining.hidden_rules.rotation_kept import hashed
from grading.examining.hidden_rules.rotation_races import STALE, race, race_logout

THEFT = "Rotation · A spent token comes back"
ENDS = "Who is logged out · Who is logged out"
NOTHING_TO_REFUSE = "Log-out refuses nothing: whatever was sent is good for nothing afterwards."
FORGOTTEN = "The client forgetting its token is no log-out: end the session in your store."
LONG = 200  # refreshes of one session
LAST_DAY = LIFETIME - 60  # seconds, of a session whose end is near


@rotation_rule(3, "A spent token presented again ends its session.", THEFT)
def reuse(app: RotationApp) -> None:
    for refreshes, replayed, days in [(1, 0, 0), (2, 0, 0), (2, 1, 28), (3, 0, 0), (LONG, 0, 0)]:
        app.restart()
        app.keep_connection()
        user = app.random.choice(app.users)
        chain = app.chain(user, refreshes)
        spent, live = app.name(chain[replayed]), app.name(chain[-1])
        app.advance(days=days)
        app.refresh(chain[replayed])
        when = f"{days} days later, when" if days else "when"
        why = f"Owner and thief cannot be told apart: {live} may be the thief's, so it has to go."
        asked = f"{spent} came back {when} {live} was live, then {live}"
        expect_refusal(app.refresh(chain[-1]), asked, why)
        _stays_ended(app, user, chain[replayed], chain[-1])


def _stays_ended(app: RotationApp, user: str, spent: str, live: str) -> None:
    why = "A session that has ended stays ended: nothing that comes later opens it again."
    first, last = app.name(spent), app.name(live)
    app.log_in(user)
    expect_refusal(app.refresh(live), f"{first} came back, {user} logged in, then {last}", why)
    app.advance(days=1)
    expect_refusal(app.refresh(live), f"{first} came back, then {last} a day later", why)
    app.refresh(spent)
    expect_refusal(app.refresh(live), f"{first} came back once more, then {last}", why)
    app.advance(seconds=max(LAST_DAY - app.now, 0))
    asked = f"{first} came back, then {last} when the 30 days were nearly over"
    expect_refusal(app.refresh(live), asked, why)


@rotation_rule(2, "Reuse, forged tokens and bad requests end nobody else's session.", ENDS)
def others(app: RotationApp) -> None:
    user, other = app.users
    _cannot_be_guessed(app, user, other)
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
        app.let_pass(1)
        expect(app.refresh(token), 200, asked, why)
    bystander = app.log_in(other)
    app.refresh(live)  # spent: a reuse
    app.let_pass(1)
    why = "One old token now logs everybody out: end its session and no other user's."
    expect(app.refresh(bystander), 200, f"Reuse of {user}'s token, then {other}'s live one", why)


def _cannot_be_guessed(app: RotationApp, user: str, other: str) -> None:
    """Raise Broken where what one was given, or the clock, tells what another one has.

    Where any text is taken, nobody has guessed: that is for the rules about made-up tokens.
    What is signed may be the same at each start where its key is: the cell's own is a secret.
    """
    before, given = app.log_in(other), app.log_in(user)
    namesake = given.replace(user, other)
    for guess in [*[namesake] * (namesake != given), *guesses(namesake)]:
        if is_good(app.refresh(guess)) and not is_good(app.refresh(secrets.token_urlsafe(32))):
            raise Broken(
                f"A guess at {app.name(before)}, made from {app.name(given)}: expected 403, came "
                "200.\nWho has one token has the next: take tokens from the module secrets."
            )
    if are_from_the_clock(before, given):
        raise Broken(
            f"{app.name(given)} is a UUID of version 1: expected chance, came the time and the "
            "network card.\nWho has one can count on to the next: take tokens from secrets."
        )
    _is_no_hash(app, app.next(given), given)
    app.restart()
    app.log_in(other)
    again = app.log_in(user)
    if again == given and not looks_signed(given) and _beside(app, user, [given]):
        raise Broken(
            "Started twice, with log-ins at the same seconds: expected other tokens, came the same "
            "ones.\nWho knows your code and the clock has them all: take them from secrets."
        )


def _is_no_hash(app: RotationApp, new: str, before: str) -> None:
    for salts, salted, who in [
        ((), "", "has the old one"),
        (salts_in(app.source), " and of a text in your code", "has the old one and the code"),
    ]:
        if is_derived(new, before, salts):
            raise Broken(
                f"{app.name(new)} is a hash of {app.name(before)}{salted}: expected chance, came "
                f"what whoever {who} can work out.\nTake each token anew from the module secrets."
            )


@rotation_rule(2, "Log-out ends this session, with a spent token too, and no other one.", ENDS)
def logout(app: RotationApp) -> None:
    user, other = app.users
    bystanders = [app.log_in(user), app.log_in(other)]
    ended = []
    app.keep_connection()
    for refreshes, back in [(0, 1), (1, 1), (1, 2), (3, 3), (LONG, LONG)]:
        chain, beside = _in_one_second(app, user, refreshes)
        bystanders += beside
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


def _in_one_second(app: RotationApp, user: str, refreshes: int) -> tuple[list[str], list[str]]:
    """Return the tokens of a session, and that of another one as new as the last of these."""
    chain = app.chain(user, refreshes)
    if beside := _beside(app, user, chain):
        return chain, beside
    return app.chain(user, refreshes), []


def _beside(app: RotationApp, user: str, chain: list[str]) -> list[str]:
    """Return the token of a log-in in the same second as the one before.

    There is none where time is taken for unique, which is a matter of the rule `rotates`.
    """
    try:
        token = app.log_in(user, seconds=0)
    except Broken:
        return []
    return [] if token in chain else [token]


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
    app.advance(seconds=LAST_DAY - app.now)
    for token in ended:
        asked = f"Logged out, then {app.name(token)} on the last of its 30 days"
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
    forever = "Who refreshes stays for ever: carry the time of the log-in from token to token."
    why = app.other_clock or forever
    expect_refusal(app.refresh(token), "Refreshed on 29 days, then on day 30", why)


@rotation_rule(1, "A disabled user is refused, and a new role is in the next access token.", LIMITS)
def user(app: RotationApp) -> None:
    shut, changed = (app.next(app.log_in(name)) for name in app.users)
    fresh = app.log_in(app.users[0])
    app.disable(app.users[0])
    for token in (fresh, shut):
        _is_refused(app, app.users[0], token)
    _has_its_role(app, app.users[1], changed)
    app.advance(days=1)
    _is_refused(app, app.users[0], shut)
    app.enable(app.users[0])
    asked = f"{app.users[0]} is enabled again and logs in, then a refresh"
    why = "A new session is no old one: remember no names of users who were refused once."
    expect(app.refresh(app.log_in(app.users[0])), 200, asked, why)


def _is_refused(app: RotationApp, user: str, token: str) -> None:
    why = "The user was looked at earlier: ask users.is_active() at each refresh."
    expect_refusal(app.refresh(token), f"{user} is disabled, then {app.name(token)}", why)


def _has_its_role(app: RotationApp, user: str, token: str) -> None:
    for role in ["admin", "reader"]:
        app.set_role(user, role)
        app.next(token)
        came = app.page(app.access_token).get("role")
        if came != role:
            raise Broken(
                f"{user} became {role}, then a refresh and GET /me: expected {role}, came "
                f"{came}.\nA role from earlier is out of date: ask users.role() at each refresh."
            )
        token = app.next(app.log_in(user))


RULES = (reuse, others, logout, absolute, user, hashed, race, race_logout)
