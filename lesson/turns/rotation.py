"""The turn of lesson 7: a store that ends a whole family."""

from flask import jsonify
from jwt import PyJWTError

from lesson.families import Families
from lesson.turns.asked_app import AskedApp, asked_course
from lesson.turns.turn import NotYet, told, turn
from server.parts import refresh_tokens, tokens
from server.wire import refuse, text_member

NO = "This refresh token is not valid: log in again."


def rotate():
    """Swap a live token for its successor, and end the family of any other, as in the lesson."""
    old = text_member("token")
    if old is None:
        return refuse(401, "No token was sent.")
    try:
        user = tokens.open_refresh_token(old)["sub"]
    except PyJWTError:
        return refuse(403, NO)
    if old not in refresh_tokens:
        refresh_tokens.end_family(old)
        return refuse(403, NO)
    new = tokens.new_refresh_token(user)
    refresh_tokens.follow(old, new)
    return jsonify(accessToken=tokens.new_access_token(user), refreshToken=new)


@turn(
    "rotation.whole-family",
    "whoever is ahead in the family is out, and nobody else is.",
    of_class=True,
)
def whole_family(store: type) -> None:
    """Let a thief be three refreshes ahead, and ask who is still in after the reuse."""
    if "end_family" not in vars(store):
        raise NotYet(f"{store.__name__} has no end_family of its own: look at the method's name.")
    with asked_course(rotate, _made(store)) as (app, course):
        laptop, phone = app.log_in("alice"), app.log_in("alice")
        ahead = _refreshed(app, laptop, times=3)
        bobs = app.log_in("bob")
        app.is_refused(laptop, "is spent, but")
        app.is_refused(
            ahead, f"is three refreshes ahead of {app.name(laptop)}, which came back, but"
        )
        if (state := course.refresh_tokens.node(ahead).state) != "revoked":
            raise NotYet(
                f"{app.name(ahead)} is refused, and its state is {state!r}; expected was 'revoked'."
            )
        app.is_refused(course.tokens.new_refresh_token("bob"), "which the store never saw")
        app.refresh(phone, "is from the log-in on Alice's phone, another family, but")
        app.refresh(bobs, "is from Bob's log-in, another family, but")


def _made(store: type) -> Families:
    try:
        return store()
    except Exception as error:
        raise NotYet(f"{store.__name__}() makes no store, it ends in {told(error)}.") from None


def _refreshed(app: AskedApp, token: str, times: int) -> str:
    """Return the newest token of a chain that begins with this one."""
    for _ in range(times):
        token = app.refresh(token)
    return token
