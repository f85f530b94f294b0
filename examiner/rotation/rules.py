"""The rules of the rotation exercise that students check for themselves."""

import json
from collections.abc import Iterator
from functools import partial

from examiner.http_exchange import Answer
from examiner.rotation.made_up_tokens import made_up
from examiner.rotation.subject import LIFETIME, ROTATION, RotationApp
from examiner.rule import Broken, rule

ROTATES = "Rotation · One use per token"
ASKS = "The token route · Six ways to ask"
LIMITS = "Who is logged out · How long a session lives"
REFUSALS = "Read the store · Listen to the refusals"
BOTH = "The client spends its only refresh token and needs both back."

rotation_rule = partial(rule, ROTATION)


def expect(answer: Answer, status: int, asked: str, why: str) -> None:
    """Raise Broken where an answer has another status; `why` is the misconception behind it.

    Behind an error there is none: it is told instead.
    """
    if answer.status != status:
        behind = "Your code ended in an error: mend that line first." if answer.crash else why
        raise Broken(f"{asked}: expected {status}, came {answer}.\n{behind}")


def is_good(answer: Answer) -> bool:
    """Return whether an answer brings a token, and not an error under a wrong status."""
    return answer.status == 200 and bool(answer.access or answer.refresh)


def expect_refusal(answer: Answer, asked: str, why: str) -> None:
    """Raise Broken where a token is good; how it is refused, the rule `uniform` looks at."""
    if is_good(answer):
        raise Broken(f"{asked}: expected 403, came 200.\n{why}")


@rotation_rule(1, "A live refresh token brings an access token and a refresh token.", ROTATES)
def renews(app: RotationApp) -> None:
    # Who asks is no matter for the asker; and after a day no access token of before is good.
    for days, more in [(0, {}), (1, {"user": "eve", "username": "eve"})]:
        app.advance(days=days)
        sessions = [(user, app.log_in(user)) for user in app.users]
        for user, token in sessions:
            _refreshed(app, user, token, more)
            foreign = {"Authorization": f"Bearer {app.access_token}", "X-User": user}
    token = app.log_in(app.users[0])
    asked = f", beside the access token of {app.users[1]},"
    _refreshed(app, app.users[0], token, {}, foreign | {"Cookie": f"user={app.users[1]}"}, asked)
    _are_printable(app, app.chain(app.users[0], 5))


def _refreshed(
    app: RotationApp,
    user: str,
    token: str,
    more: dict[str, str],
    headers: dict[str, str] | None = None,
    beside: str = "",
) -> None:
    app.let_pass(1)
    answer = app.send("POST", "/token", {"token": token, **more}, **(headers or {}))
    asked = f"POST /token with {user}'s live token {app.name(token)}{beside}"
    expect(answer, 200, asked, "This token was handed out and never used: why refuse it?")
    app.access_token = str(answer.access)
    for member in ["accessToken", "refreshToken"]:
        if not isinstance(answer.members.get(member), str):
            raise Broken(
                f"{asked}: expected the member {member} as text, came these members: "
                f"{', '.join(answer.members) or 'none'}.\n{BOTH}"
            )
    if not answer.has_refresh:
        told = f"{asked}: expected a refresh token, came {app.name(answer.refresh)}."
        raise Broken(f"{told}\n{BOTH}")
    named = app.page(answer.access).get("user")
    if named is None:
        raise Broken(
            f"GET /me with the access token from {user}'s refresh: expected {user}, came a refusal."
            "\nIt is good for five minutes: ask new_access_token() at each refresh."
        )
    if named != user:
        raise Broken(
            f"GET /me with the access token from {user}'s refresh: expected {user}, came "
            f"{named}.\nKeep with the session whose it is: another variable is overwritten by the "
            "next log-in, and the request says what the sender likes."
        )


def _are_printable(app: RotationApp, tokens: list[str]) -> None:
    """Raise Broken where a token has a character that none may have (RFC 6749, appendix A.17).

    Letters from beyond ASCII may stand in it here: JSON takes them, and no lesson forbids them.
    """
    for token in tokens:
        for odd in (character for character in token if not character.isprintable()):
            raise Broken(
                "The refresh tokens of a session: expected printable characters alone, came "
                f"{odd!a} in {app.name(token)}.\nRFC 6749 allows no others in a token: "
                "token_urlsafe() of the module secrets makes none."
            )


@rotation_rule(1, "Every refresh brings a new refresh token; sessions do not meet.", ROTATES)
def rotates(app: RotationApp) -> None:
    user, other = app.users
    laptop, phone, stranger = (app.log_in(name, seconds=0) for name in [user, user, other])
    seen = {laptop, phone, stranger}
    if len(seen) < 3:
        raise Broken(
            "Three log-ins in one second: expected three refresh tokens, came the same one "
            "twice.\nTime is not unique: take the tokens from the module secrets."
        )
    for count in range(1, 6):
        laptop = _rotated(app, user, laptop, seen, f"Refresh {count} of 5 on one device")
        seen.add(laptop)
    _rotated(app, user, phone, seen, "Then the first refresh of the same user's phone")
    _rotated(app, other, stranger, seen, "Then the first refresh of another user")


def _rotated(app: RotationApp, user: str, token: str, seen: set[str], asked: str) -> str:
    answer = app.refresh(token)
    why = "Is each token that goes out also kept, and is each session kept by itself?"
    expect(answer, 200, f"{asked}, with {app.name(token)}", why)
    if not answer.has_refresh or answer.refresh in seen:
        raise Broken(
            f"{asked}, with {app.name(token)}: expected a refresh token never seen before, came "
            f"{app.name(answer.refresh)}.\nThat refreshes the access token and rotates nothing."
        )
    named = app.page(answer.access).get("user")
    if named != user:
        raise Broken(
            f"Three log-ins in one second; {asked[0].lower()}{asked[1:]}: expected {user} at GET "
            f"/me, came {named}.\nGive each log-in a record of its own: time is no key for it."
        )
    return answer.refresh


@rotation_rule(1, "No token sent brings 401, and costs nobody anything.", ASKS)
def missing(app: RotationApp) -> None:
    answer = app.refresh(app.log_in(app.users[0]))
    works = is_good(answer)  # if not, that is another rule's matter
    if answer.status == 401:
        why = "A token was sent: 401 is for a request without one."
        raise Broken(f"POST /token with a live token: expected another answer, came 401.\n{why}")
    token = app.log_in(app.users[0])
    for body in [None, {}, {"token": None}, {"token": ""}, {"refreshToken": token}]:
        asked = f"POST /token with {'no body' if body is None else json.dumps(body)[:20]}"
        expect(app.send("POST", "/token", body), 401, asked, "sent_token() returned None: 401.")
    asked = f"Requests without a token, then the live {app.name(token)}"
    why = "Who sent nothing has shown nothing: leave every session alone and answer 401."
    if works:
        expect(app.refresh(token), 200, asked, why)


@rotation_rule(2, "A spent refresh token is refused.", ROTATES)
def one_use(app: RotationApp) -> None:
    why = "The honest client throws a spent token away, a thief does not: what makes it useless?"
    for refreshes, wait in [(1, 0), (3, 0), (1, LIFETIME - 60)]:
        *_, spent, current = app.chain(app.random.choice(app.users), refreshes)
        if spent == current:
            raise Broken(
                f"A refresh brought {app.name(spent)} itself back: expected a token that spends "
                "it.\nThis rule comes after rule 2: mend that first."
            )
        if wait:
            app.advance(seconds=wait)
        asked = f"{app.name(spent)} was traded for {app.name(current)}; {app.name(spent)} again"
        expect_refusal(app.refresh(spent + "="), f'{asked}, with "=" behind it', why)
        expect(app.refresh(spent), 403, asked, why)
    _stays_spent(app, app.users[0])


def _stays_spent(app: RotationApp, user: str) -> None:
    spent = app.log_in(user)
    app.next(spent)
    app.disable(user)
    app.refresh(spent)
    app.enable(user)
    asked = f"{app.name(spent)} was spent; sent while {user} was disabled, and once more after that"
    why = "A refusal gives nothing back: what is spent stays spent."
    expect_refusal(app.refresh(spent), asked, why)


@rotation_rule(1, "A refresh token is refused once 30 days have passed since log-in.", LIMITS)
def expires(app: RotationApp) -> None:
    app.next(app.log_in(app.users[0]))
    over, under = (app.log_in(user) for user in app.users)  # a second lies between them
    app.advance(seconds=LIFETIME - 1)
    why = app.other_clock or "Compare in seconds, with clock.now(): one second is left."
    expect(app.refresh(under), 200, "One second before SESSION_LIFETIME is over", why)
    why = app.other_clock or "At its end a session is over: >= and not >. Is the time compared?"
    asked = "Exactly SESSION_LIFETIME after a log-in that was a second earlier than the other"
    expect_refusal(app.refresh(over), asked, why)


@rotation_rule(1, "Every refused token gets 403 and the same body.", REFUSALS)
def uniform(app: RotationApp) -> None:
    app.next(live := app.log_in(app.users[0]))
    bodies: dict[str, str] = {}
    for number in range(len(made_up(app, live))):
        # Each made from a live token of its own: one may end the session that it was made from.
        kind, token = made_up(app, app.log_in(app.users[0]))[number]
        answer = app.refresh(token)
        why = "Whatever is no live token of yours gets the one refusal, and no crash."
        expect(answer, 403, f"POST /token with {kind}", why)
        bodies[answer.text.strip()] = kind
    for kind, answer in _refused(app):
        if is_good(answer):  # another rule's fault
            continue
        why = "A status of its own tells the sender which tokens were once real."
        expect(answer, 403, f"POST /token with {kind}", why)
        bodies[answer.text.strip()] = kind
    if len(bodies) > 1:
        (one, here), (two, there), *_ = bodies.items()
        raise Broken(
            f"Refusing {here} and {there}: expected one body, came {one[:60]} and {two[:60]}.\n"
            "A helpful reason helps the thief most: keep it for your log."
        )


def _refused(app: RotationApp) -> Iterator[tuple[str, Answer]]:
    """Send tokens that were good once."""
    user, other = app.users
    app.log_out(out := app.log_in(user))
    yield "a logged-out token", app.refresh(out)
    live = app.next(spent := app.log_in(user))
    yield "a spent token", app.refresh(spent)
    yield "a spent token once more", app.refresh(spent)
    yield "the live token of a session that a reuse ended", app.refresh(live)
    app.next(used := app.log_in(other))
    expired, disabled = app.log_in(user), app.log_in(other)
    app.disable(other)
    yield "a disabled user's token", app.refresh(disabled)
    yield "a disabled user's spent token", app.refresh(used)
    app.advance(seconds=LIFETIME)
    yield "an expired token", app.refresh(expired)


RULES = (renews, rotates, missing, one_use, expires, uniform)
