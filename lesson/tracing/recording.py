"""Send a view a real request and return its trace: a scenario, or a request of one's own."""

import functools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from flask import Flask

from examiner.mistake import Mistake
from lesson.charting.source import own_function
from lesson.course import mount, running_course
from lesson.families import Families
from lesson.scenarios import SCENARIOS, Stage
from lesson.tracing.shared_server import PATIENCE, shared_server
from lesson.tracing.trace import Trace
from lesson.tracing.tracing import Traced
from lesson.tracing.watched import names_read
from server import MemoryStore
from server.parts import refresh_tokens, tokens
from server.store import Store

TOKEN = "/token"
TRIES = 20  # to stop a view, each of which takes 50 ms
METHODS = ("POST", "GET", "DELETE", "PUT", "PATCH")
WORKED_OUT = {"host", "content-length", "transfer-encoding"}  # by httpx, from address and body
Request = str | dict | bytes | httpx.Request


@dataclass(frozen=True)
class Target:
    """Hold where a request reaches a view: app and path, and the method that sends a body there."""

    app: Flask
    path: str
    method: str
    view: Callable

    @classmethod
    def registered(cls, app: Flask, view: Callable) -> "Target":
        """Return the target for an app that a view is registered with.

        Of several rules it takes one without a variable part, if there is one.
        """
        rules = [r for r in app.url_map.iter_rules() if app.view_functions[r.endpoint] is view]
        path = min(rules, key=lambda rule: len(rule.arguments)).rule if rules else TOKEN
        return cls(app, path, _method(app, path), view)

    @classmethod
    def mounted(cls, app: Flask, view: Callable) -> "Target":
        """Put a view in place of /token, unless it is one of the app's own."""
        if view in app.view_functions.values():
            return cls.registered(app, view)
        mount(app, view)
        return cls(app, TOKEN, "POST", view)

    @property
    def address(self) -> tuple[str, str]:
        """Return method and path."""
        return self.method, self.path

    def request(self, server: str, asked: Any) -> httpx.Request:
        """Return the request to send; raise Mistake for a body or path that cannot be sent."""
        if isinstance(asked, httpx.Request):
            path = asked.url.raw_path.decode()
            return httpx.Request(
                asked.method, f"{server}{path}", headers=_headers(asked), content=asked.read()
            )
        if "<" in self.path:
            raise Mistake(
                f"The path {self.path} has a part for you to fill in: pass an httpx.Request, as in "
                'httpx.Request("GET", "http://app/the/whole/path").'
            )
        return httpx.Request(self.method, f"{server}{self.path}", **self._content(asked))

    def _content(self, asked: Any) -> dict[str, Any]:
        """Return the body, announced as JSON; a GET has none (RFC 9110 §9.3.1)."""
        body = _body(asked)
        if self.method != "GET":
            return {"content": body, "headers": {"Content-Type": "application/json"}}
        if body in (b"", b"{}"):
            return {}
        raise Mistake(
            f"GET {self.path} takes no body: pass {{}}, or an httpx.Request with what you want to "
            f'ask, as in httpx.Request("GET", "http://app{self.path}?name=value").'
        )


def record(view: Callable, request: Request = "valid") -> Trace:
    """Send a view one request over HTTP and return what it did.

    `request` is the name of a scenario, a JSON body, bytes to send as they are, or an
    httpx.Request. A scenario has a server of its own; your own request goes to the running
    course. Of a view that waits it returns the trace so far. Raises Mistake where there is no such
    scenario, or where the learner interrupts the request.
    """
    if not isinstance(request, str):
        return _send(_own_target(view), request)
    if request not in SCENARIOS or not takes_scenarios(view):
        raise Mistake(_no_scenario(view, request))
    stage = Stage(_store())
    body = SCENARIOS[request][1](stage)
    return _send(Target.mounted(stage.app, view), body)


def takes_scenarios(view: Callable) -> bool:
    """Return whether a view is a variant of /token: "token" and the server's parts are in it."""
    function = own_function(view)
    parts = [function.__globals__.get(name) for name in names_read(function.__code__)]
    return "token" in function.__code__.co_consts and any(
        part is tokens or part is refresh_tokens for part in parts
    )


def address(view: Callable) -> tuple[str, str]:
    """Return method and path at which a request of the learner's own reaches a view."""
    course = running_course()
    app = _home(view) or (course.server.app if course else _untouched())
    if view in app.view_functions.values():
        return Target.registered(app, view).address
    return "POST", TOKEN


@functools.cache
def _untouched() -> Flask:
    """Return an app to look up a route in, and for nothing else."""
    return Stage().app


def _store() -> Store:
    """Return an empty store for a scenario, of the kind that the running course works with."""
    course = running_course()
    families = course is not None and isinstance(course.refresh_tokens, Families)
    return Families() if families else MemoryStore()


def _no_scenario(view: Callable, request: str) -> str:
    if request not in SCENARIOS:
        return f'There is no scenario "{request}": choose one of {", ".join(SCENARIOS)}.'
    return (
        f'The scenario "{request}" is made for /token: send {own_function(view).__name__} a '
        'request of its own, as in {"token": "r-123"}.'
    )


def _own_target(view: Callable) -> Target:
    """Return the target of the learner's own requests to a view."""
    app = _home(view)
    if app is not None:
        return Target.registered(app, view)
    course = running_course()
    return Target.mounted(course.new_app() if course else Stage().app, view)


def _home(view: Callable) -> Flask | None:
    """Return the app in the view's own module that the view is registered with."""
    around = own_function(view).__globals__.values()
    apps = [value for value in around if isinstance(value, Flask)]
    return next((app for app in apps if view in app.view_functions.values()), None)


def _method(app: Flask, path: str) -> str:
    """Return the method that sends a body where the rule takes one."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule == path]
    allowed = set().union(*(rule.methods or () for rule in rules))
    return next((method for method in METHODS if method in allowed), "POST")


def _send(target: Target, request: Any) -> Trace:
    server, traced = shared_server(), Traced(target.app, target.view)
    prepared = target.request(server.url, request)
    try:
        server.send(traced, prepared)
    except KeyboardInterrupt:
        traced.abandon()
        raise Mistake(_interrupted(traced)) from None
    except httpx.TimeoutException:
        _stop(traced)
    except httpx.HTTPError as error:
        if not traced.traces:
            raise Mistake(f"The view's answer cannot be read: {error}.") from None
    if not traced.traces:
        raise Mistake(
            f"The view gave no answer within {PATIENCE} seconds: look for a wait that never ends."
        )
    return traced.traces[-1]


def _stop(traced: Traced) -> None:
    """Stop a view that does not end, and wait for its trace; one that waits is left behind."""
    for _ in range(TRIES):
        traced.stop()
        time.sleep(0.05)
        if traced.traces:
            return
    traced.abandon()


def _interrupted(traced: Traced) -> str:
    """Return what is known of a request that its sender has given up."""
    said = traced.traces[-1].body if traced.traces else "the view has not begun"
    return f"You stopped this request: {said}."


def with_body(request: httpx.Request, body: bytes) -> httpx.Request:
    """Return the same request with another body."""
    return httpx.Request(request.method, request.url, headers=_headers(request), content=body)


def given_headers(request: httpx.Request) -> list[tuple[str, str]]:
    """Return name and value of the headers that came with a request, without httpx's own."""
    own = shared_server().client.headers
    every = [(name.decode(), value.decode("latin-1")) for name, value in _headers(request)]
    return [(name, value) for name, value in every if own.get(name) != value]


def _headers(request: httpx.Request) -> list[tuple[bytes, bytes]]:
    """Return the headers that hold for another address and another body too."""
    every = request.headers.raw
    return [(name, value) for name, value in every if name.decode().lower() not in WORKED_OUT]


def _body(request: Any) -> bytes:
    """Return a body: bytes as they are, everything else as JSON."""
    if isinstance(request, bytes):
        return request
    try:
        # In ASCII, for half a surrogate pair has no UTF-8.
        return json.dumps(request, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Mistake(f"This body cannot be written as JSON: {error}.") from None
