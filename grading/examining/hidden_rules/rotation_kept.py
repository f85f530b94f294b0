"""The hidden rule of the rotation exercise on what a cell keeps."""

import re

from examiner.process import Gone
from examiner.rotation.made_up_tokens import made_up
from examiner.rotation.rules import LIFETIME, is_good, rotation_rule
from examiner.rotation.subject import RotationApp
from examiner.rule import Broken
from grading.examining.hidden_rules.spellings import found_in, sought, without_beginning

HASHES = "Read the store · Tokens or hashes"
CANDIDATE = re.compile(r"[\w.~+/=:|-]{6,6000}")
MAX_CANDIDATES = 200


@rotation_rule(2, "Nothing that is kept contains a refresh token or can be sent as one.", HASHES)
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
        for part in parts:
            if found := found_in(retained, part):
                told = found.how, _where(app, found.texts)
                raise Broken(
                    "What the cell keeps: expected no refresh token in it, found "
                    f"{app.name(token)} {', '.join(filter(None, told))}.\n"
                    "Who reads the store can log in with it: keep a hash and compare hashes."
                )
    if text := _working(app, retained):
        anything_works = is_good(app.refresh(made_up(app, text)[0][1]))
        place = "" if anything_works else _where(app, [text])
        if not anything_works:
            _was_not_left_by_a_trial(app)
        raise Broken(
            f"POST /token with a text {place or 'from the store'}: expected 403, came 200.\n"
            "What stands in the store works as a token: hash what is sent before you look."
        )


def _where(app: RotationApp, texts: list[str]) -> str:
    """Return in words where the first and the last of some texts stand that are kept.

    All are told to the worker, whose words are to have no piece of a token in them.
    """
    places = app.places(texts)
    return f"in {' and in '.join(dict.fromkeys([places[0], places[-1]]))}" if places else ""


def _working(app: RotationApp, retained: list[str], last_first: bool = False) -> str:
    """Return a text among those that are kept which works as a token, or nothing."""
    candidates = {found for stored in retained for found in CANDIDATE.findall(stored)}
    app.keep_connection()
    # The longest are the likeliest; each costs a request.
    likely = sorted(sorted(candidates), key=len, reverse=True)[:MAX_CANDIDATES]
    likely = likely[::-1] if last_first else likely
    found = zip(likely, app.refresh_each(likely), strict=True)
    working = next((text for text, answer in found if is_good(answer)), "")
    app.let_connection_go()  # answers that nobody waits for may still come over it
    return working


def _was_not_left_by_a_trial(app: RotationApp) -> None:
    """Raise Broken where the cell keeps a token that works before anybody has asked anything.

    The order matters: a spent token may end the session of the one that works.
    """
    for last_first in (False, True):
        app.restart()
        if text := _working(app, app.retained(), last_first):
            raise Broken(
                "The cell before the first request: expected no refresh token in it, came one that "
                f"works, {_where(app, [text]) or 'in its store'}.\n"
                "Your cell itself left it there when it ran: if a trial of yours did, delete that."
            )
