"""The hidden rule of the rotation exercise on what a cell keeps."""

import re

from examiner.process import Gone
from examiner.rotation.made_up_tokens import made_up
from examiner.rotation.rules import LIFETIME, REFUSALS, expect_refusal, rotation_rule
from examiner.rotation.subject import RotationApp
from examiner.rule import Broken
from grading.examining.hidden_rules.spellings import is_among, sought, without_beginning

CANDIDATE = re.compile(r"[\w.~+/=:|-]{6,6000}")
MAX_CANDIDATES = 200


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
