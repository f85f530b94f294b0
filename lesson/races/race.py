"""Race two requests: pause one before a line, let the other one pass, and see what is left."""

import functools
import io
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

import httpx
from flask import Flask, Response

from examiner.mistake import Mistake
from lesson.course import mount
from lesson.races.paused_request import Event, PausedRequest
from lesson.scenarios import Stage
from lesson.tracing.layout import aligned, html_table
from lesson.tracing.runaway import Runaway
from server import EmbeddedServer

PATIENCE = 15  # seconds a request may take, the time it is paused included
ENDLESS = 508  # "loop detected", which no view of the course answers
WHO, WHO_IN_ENVIRON = "X-Course-Request", "HTTP_X_COURSE_REQUEST"

HEAD = ("A", "B")
WORDS = {
    "line": "{}",
    "answer": "answer {}",
    "paused": "(held before: {})",
    "waits": "(waits at: {})",
}


@dataclass(frozen=True)
class Race:
    """Hold what two requests with one token did.

    A was paused before the `line`-th line it ran. `order` has each line and each answer as they
    came, `a` and `b` are the statuses, `fault` says what must not be, `store` is what is left.
    """

    line: int
    order: tuple[Event, ...]
    a: int
    b: int
    fault: str
    store: Any

    @property
    def text(self) -> str | None:
        """Return the line that A was paused before, or None where A had ended before it."""
        return next((event.text for event in self.order if event.kind == "paused"), None)

    @property
    def waited(self) -> bool:
        """Return whether B could not go on before A did."""
        return any(event.kind == "waits" for event in self.order)

    @property
    def live(self) -> int:
        """Return how many tokens are live afterwards."""
        return len(self.store)

    @property
    def outcome(self) -> str:
        """Return in words what became of it."""
        return self.fault or ("B waits for A" if self.waited else "")

    @property
    def told(self) -> str:
        """Return in a sentence what is left."""
        fault = f", and that must not be: {self.fault}" if self.fault else ""
        return f"Live tokens afterwards: {self.live}{fault}."

    def __repr__(self) -> str:
        return "\n".join([*aligned([HEAD, *grouped(self.order)]), self.told])

    def _repr_html_(self) -> str:
        return f"{html_table(HEAD, columns(self.order), code=(0, 1))}\n<p>{escape(self.told)}</p>"


def run_race(view: Callable, line: int, store: Callable[[], Any], by: Callable | None) -> Race:
    """Send A to a fresh server, pause it before its `line`-th line, let B pass, let A go on.

    B asks the same view, or leaves by `DELETE /logout` where `by` is a view for that. Raises
    Mistake where one of them gets no answer.
    """
    stage = Stage(kept := store())
    a, b = PausedRequest(view, line), PausedRequest(by or view)
    app = _PausingApp(_mounted(stage.app, view, by), {"A": a, "B": b})
    with EmbeddedServer(app, "race") as server:
        send = functools.partial(_send, server.url, stage.token)
        order = _play(a, b, send, ("DELETE", "/logout") if by else ("POST", "/token"))
    answers = a.answer.result(), b.answer.result()
    return Race(line, tuple(order), *answers, _fault(*answers, len(kept), by), kept)


def _play(
    a: PausedRequest, b: PausedRequest, send: Callable[..., int], route: tuple[str, str]
) -> list[Event]:
    """Return the events in their order."""
    with ThreadPoolExecutor(2) as clients:
        try:
            a.answer = clients.submit(send, "A", "POST", "/token")
            paused = [Event("A", "paused", a.at)] if a.pauses() else []
            order = [*a.news("A"), *paused]
            b.answer = clients.submit(send, "B", *route)
            waiting = [Event("B", "waits", b.at)] if b.waits() else []
            order += [*b.news("B"), *waiting]
            b.pause_next()  # or both would run at once, in an order that nobody chose
            a.release()
            a.waits()
            order += a.news("A")
        finally:
            a.release()
            b.release()
        wait([a.answer, b.answer])
        return [*order, *b.news("B"), *a.news("A")]


def _mounted(app: Flask, view: Callable, by: Callable | None) -> Flask:
    """Put the learner's views into a token server."""
    mount(app, view)
    if by:
        app.view_functions["lesson.logout"] = by
    app.log_exception = lambda error: None  # the status tells it, and stderr stays clean
    return app


def _send(url: str, token: str, who: str, method: str, path: str) -> int:
    """Return the status that one request got; raise Mistake where none comes."""
    try:
        answer = _client().request(
            method, f"{url}{path}", json={"token": token}, headers={WHO: who}
        )
    except httpx.HTTPError:
        raise Mistake(
            f"Request {who} got no answer within {PATIENCE} seconds: "
            "look for a wait that never ends."
        ) from None
    if answer.status_code == ENDLESS:
        raise Mistake(f"Request {who} never ends: look for a loop that nothing stops.")
    return answer.status_code


@functools.cache
def _client() -> httpx.Client:
    return httpx.Client(trust_env=False, timeout=PATIENCE)


def _fault(a: int, b: int, live: int, by: Callable | None) -> str:
    """Return in words what must not be, or nothing."""
    if by:
        return "a token outlives the log-out" if b < 300 and live else ""
    return "both got tokens" if a == b == 200 else ""


def columns(order: Iterable[Event]) -> list[tuple[str, str]]:
    """Return a row for each event, in the column of the request it belongs to; lines numbered."""
    done = dict.fromkeys(HEAD, 0)
    rows = []
    for event in order:
        done[event.who] += event.kind == "line"
        number = f"{done[event.who]}: " * (event.kind == "line")
        rows.append(_row(event.who, f"{number}{_said(event)}"))
    return rows


def grouped(order: Sequence[Event]) -> list[tuple[str, str]]:
    """Return the same with one row for all lines that ran without a break, by their numbers."""
    done = dict.fromkeys(HEAD, 0)
    rows = []
    for (who, kind), events in groupby(order, lambda event: (event.who, event.kind)):
        several = list(events)
        if kind == "line":
            rows.append(_row(who, _numbers(done[who] + 1, done[who] + len(several))))
            done[who] += len(several)
        else:
            rows += [_row(who, _said(event)) for event in several]
    return rows


def _said(event: Event) -> str:
    """Return an event in words."""
    return WORDS[event.kind].format(event.text)


def _numbers(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _row(who: str, text: str) -> tuple[str, str]:
    return (text, "") if who == "A" else ("", text)


class _PausingApp:
    """Serve an app, and follow each request from here on."""

    def __init__(self, app: Flask, expected: dict[str, PausedRequest]) -> None:
        self.app, self.expected = app, expected

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Answer one WSGI request in its own thread, paused and followed."""
        request = self.expected[environ[WHO_IN_ENVIRON]]
        # Read now: a view whose body is still on its way would look like one that waits for A.
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = io.BytesIO(body)
        request.thread = threading.current_thread()
        try:
            with request:
                return self.app(environ, start_response)
        except Runaway:
            return Response(status=ENDLESS)(environ, start_response)
        finally:
            request.thread = None
