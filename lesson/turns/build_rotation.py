"""The five steps of lesson 11, which builds the rotation exercise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lesson.overtake import overtake
from lesson.turns.asked_app import AskedApp, asked
from lesson.turns.read_store import all_in, is_hashed
from lesson.turns.turn import NotYet, errors_told, turn


@turn("build-rotation.swap", "each token works once, and its successor is new.")
def swap(token: Callable) -> None:
    """Ask for a chain of refreshes, and send a token that is spent."""
    with _asked(token) as app:
        first = app.log_in("alice")
        third = app.refresh(app.refresh(first))
        app.refresh(third)
        app.is_refused(first, "is spent, but")
        app.is_refused(third, "is spent, but")
        with errors_told("find"):
            state = token.__globals__["find"](third)[0]
    if state != "spent":
        raise NotYet(
            "R3 is refused, and forgotten: note it as spent before the next token takes its place."
        )


@turn("build-rotation.reuse", "a spent token that comes back ends its session, and no other one.")
def reuse(token: Callable) -> None:
    """Send a spent token, and ask who is still in."""
    with _asked(token) as app:
        bobs, first = app.log_in("bob"), app.log_in("alice")
        second = app.refresh(first)
        app.is_refused(first, "is spent, but")
        app.is_refused(
            second,
            f"goes back to the same log-in as {app.name(first)}, which is spent and came back, but",
        )
        app.is_refused(first, "is spent, and came a third time, but")
        app.refresh(bobs, "is Bob's, and")


@turn("build-rotation.logout", "a log-out ends its session, with any token of it.")
def logout(end_session: Callable) -> None:
    """Log out with a live token, a spent one, and one that nobody knows."""
    with _asked(end_session) as app:
        bobs, alices = app.log_in("bob"), app.log_in("alice")
        app.log_out(alices)
        app.is_refused(alices, "was sent after a log-out with it, but")
        spent = app.log_in("alice")
        live = app.refresh(spent)
        app.log_out(spent)
        app.is_refused(live, "was sent after a log-out with the spent token before it, but")
        app.log_out("made up")
        app.refresh(bobs, "is Bob's, and")


@turn("build-rotation.hash", "the ledger holds hashes, and a hash opens nothing.")
def hashed(find: Callable) -> None:
    """Look for tokens in the ledger, and send what is found there."""
    ledger = find.__globals__["ledger"]
    with _asked(find) as app:
        tokens = [app.log_in("alice")]
        tokens.append(_refreshed(app, tokens[0]))
        found = all_in(ledger)
        texts = [text for text in found if isinstance(text, str) and text.isascii()]
        for token in tokens:
            if token in texts:
                raise NotYet(f"{app.name(token)} stands in the ledger as it was sent.")
            is_hashed(token, found)
        for text in texts:
            app.is_refused(text, "out of the ledger")
        app.refresh(tokens[1])
        with errors_told("find"):
            state = find(tokens[1])[0]
    if state != "spent":
        raise NotYet(f"R2 is spent, and find says {state!r}: a spent token is kept as a hash, too.")


@turn("build-rotation.lock", "whoever is held, and wherever: one request gets the next token.")
def lock(token: Callable) -> None:
    """Refresh as before, then hold a request before each of its lines."""
    swap.check(token)
    reuse.check(token)
    with _asked(token) as app:
        answer = app.ask("POST", "/token", {})
        if answer.status_code != 401:
            came = app.came(answer)
            raise NotYet(f"a request without a token got {came}; expected was 401, as before.")
        overtaking = overtake(token, store=token.__globals__["Ledger"])
    if not any(200 in (race.a, race.b) for race in overtaking.races):
        raise NotYet(
            "no request got a token from the store of this step, which keeps hash_of(text): let "
            "find compare that, or run the cell with `class Ledger` again."
        )
    if overtaking.faults:
        lines = ", ".join(map(str, overtaking.faults))
        raise NotYet(f"both requests got tokens when the first was held before line {lines}.")


def _refreshed(app: AskedApp, token: str) -> str:
    """Return the successor of a token; raise NotYet where it is not found by its hash."""
    try:
        return app.refresh(token)
    except NotYet as missing:
        told = f"{missing} The client gets the text, the ledger its hash, and find compares hashes."
        raise NotYet(told) from None


@contextmanager
def _asked(written: Callable) -> Iterator[AskedApp]:
    """Serve the app with an empty ledger, and leave it empty: an attempt may write anything."""
    ledger = written.__globals__["ledger"]
    ledger.clear()
    try:
        with asked(written) as app:
            yield app
    finally:
        ledger.clear()
