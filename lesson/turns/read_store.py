"""The store of lesson 6, which is read by a thief."""

import base64
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from typing import Any

from examiner.workbench import Everyone
from lesson.turns.asked_app import served
from lesson.turns.turn import NotYet, errors_told, turn
from server import create_app

PIECE = 8  # so many letters in a row come from the token, and are no chance
LONG = 64  # bits of a number that can be a hash
DEEP = 4  # the store, what it holds, a row of that, a member of the row


@turn(
    "read-store.hashes", "the store knows each live token, and holds none of them.", of_class=True
)
def hashes(store_class: type) -> None:
    """Log in, refresh and log out with a store, and send what is found in it."""
    with errors_told():
        store = store_class()
    with served(create_app(refresh_tokens=store, users=Everyone())) as app:
        alices, bobs = app.log_in("alice"), app.log_in("bob")
        app.is_served(alices, "is live, but")
        app.is_served(bobs, "is live, but")
        phone = app.log_in("alice")
        app.is_served(alices, "is still live after Alice's second log-in, but")
        found = all_in(store)
        texts = [text for text in found if isinstance(text, str) and text and text.isascii()]
        for text in texts:
            app.is_refused(text, "was read in the store and sent by a thief, and")
        is_hashed(alices, found)
        app.log_out(alices)
        app.is_refused(alices, "was sent after a log-out with it, but")
        app.log_out(alices, "which is logged out already")
        app.is_served(bobs, "is Bob's, and still live after Alice's log-out, but")
        app.is_served(phone, "is from Alice's other log-in, which she did not end, but")
    if any(text in store for text in texts):
        raise NotYet("what stands in the store passes for a token: look for hashes alone.")


def is_hashed(token: str, found: list[str | int]) -> None:
    """Raise NotYet where a piece of a token can be read in a store, or where no hash is in it."""
    texts = [text for text in found if isinstance(text, str)]
    pieces = {token[i : i + PIECE] for i in range(len(token) - PIECE + 1)}
    readable = "\n".join(reading for text in texts for reading in _readings(text))
    if any(piece in readable for piece in pieces):
        raise NotYet(
            "a piece of a token can be read from what is in the store: a hash has no way back."
        )
    if hash(token) in found:
        raise NotYet("hash() of Python is short, and another one after each start: take SHA-256.")
    numbers = [number for number in found if isinstance(number, int)]
    if not any(len(text) >= PIECE for text in texts) and max(numbers, default=0) < 2**LONG:
        raise NotYet("no hash was found in the store: keep all of it, and in the store itself.")


def _readings(text: str) -> Iterator[str]:
    """Yield a text as it stands, from behind, and out of base64 and hexadecimal."""
    yield from (text, text[::-1])
    for undo in (base64.urlsafe_b64decode, base64.b64decode, bytes.fromhex):
        with suppress(ValueError):
            yield undo(text).decode("latin-1")


def all_in(store: Any) -> list[str | int]:
    """Return every text and number that a store holds, itself or in its class."""
    names = [name for name in vars(type(store)) if not name.startswith("__")]
    return [*_found([store, *(getattr(store, name, None) for name in names)], DEEP)]


def _found(kept: Any, depth: int) -> Iterator[str | int]:
    if isinstance(kept, str | int):
        yield kept
    elif isinstance(kept, bytes):
        yield kept.decode("latin-1")
    elif depth:
        for part in _parts(kept):
            yield from _found(part, depth - 1)


def _parts(kept: Any) -> Iterator[Any]:
    if isinstance(kept, Mapping):
        yield from [*kept, *kept.values()]
    elif isinstance(kept, Sequence | Set):
        yield from kept
    yield from getattr(kept, "__dict__", {}).values()
