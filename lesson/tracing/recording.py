"""Send a view a real request and return its trace: a scenario, or a request of one's own."""

import functools
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from flask import Flask
from werkzeug.exceptions import NotFound

from examiner.mistake import Mistake
from lesson.charting.source import own_function
from lesson.course import Course, mount, running_course
from lesson.families import Families
from lesson.scenarios import SCENARIOS, Stage
from lesson.tracing.tracing import Trace, Traced
from server import EmbeddedServer, MemoryStore
from server.parts import refresh_tokens, tokens
from server.store import Store

PATIENCE = 5  # seconds a view may take
MARK, MARK_IN_ENVIRON = "X-Stepper-App", "HTTP_X_STEPPER_APP"
METHODS = ("POST", "GET", "DELETE", "PUT", "PATCH")
Request = str | dict | bytes | httpx.Request


def record(view: Callable, request: Request = "valid") -> Trace:
    """Send a view one request over HTTP and return what it did.

    `request` is the name of a scenario, a JSON body, bytes to send as they are, or an
    httpx.Request. A scenario has a server of its own; your own request goes to the running
    course. Raises Mistake where there is no such scenario or the view never answers.
    """
    if not isinstance(request, str):
        return _send(*_own(view), view, request)
    if request not in SCENARIOS or not takes_scenarios(view):
        raise Mistake(_no_scenario(view, request))
    stage = Stage(_store())
    body = SCENARIOS[request][1](stage)
    return _send(*_mounted(view, stage.app), view, body)


def _store() -> Store:
    """Return an empty store for a scenario, of the kind that the running course works with."""
    course = running_course()
    families = course is not None and isinstance(course.refresh_tokens, Families)
    return Families() if families else MemoryStore()


def takes_scenarios(view: Callable) -> bool:
    """Tell whether a view is a variant of /token: it reads "token" and asks the server's parts."""
    function = own_function(view)
    names, constants = function.__code__.co_names, function.__code__.co_consts
    parts = [function.__globals__.get(name) for name in names]
    return "token" in constants and any(part is tokens or part is refresh_tokens for part in parts)


def address(view: Callable) -> tuple[str, str]:
    """Return method and path at which a request of the learner's own reaches a view."""
    app, path = _own(view)
    return _method(app, path), path


def _no_scenario(view: Callable, request: str) -> str:
    if request not in SCENARIOS:
        return f'There is no scenario "{request}": choose one of {", ".join(SCENARIOS)}.'
    return (
        f'The scenario "{request}" is made for /token: send {own_function(view).__name__} a '
        'request of its own, as in {"token": "r-123"}.'
    )


def _own(view: Callable) -> tuple[Flask, str]:
    """Return the app and the path for a request of the learner's own."""
    app = _home(view)
    if app is not None:
        return app, _path(app, view)
    course: Course | None = running_course()
    return _mounted(view, course.new_app() if course else Stage().app)


def _home(view: Callable) -> Flask | None:
    """Return the app in the view's own module that the view is registered with."""
    around = own_function(view).__globals__.values()
    apps = [value for value in around if isinstance(value, Flask)]
    return next((app for app in apps if view in app.view_functions.values()), None)


def _mounted(view: Callable, app: Flask) -> tuple[Flask, str]:
    """Put a view into a token server in place of /token, unless it is one of the server's own."""
    if view in app.view_functions.values():
        return app, _path(app, view)
    mount(app, view)
    return app, "/token"


def _path(app: Flask, view: Callable) -> str:
    """Return the rule that leads to a view; one without a variable part, if there is one."""
    rules = [r for r in app.url_map.iter_rules() if app.view_functions[r.endpoint] is view]
    return min(rules, key=lambda rule: len(rule.arguments)).rule if rules else "/token"


def _method(app: Flask, path: str) -> str:
    """Return the method that sends a body where the rule takes one."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule == path]
    allowed = set().union(*(rule.methods or () for rule in rules))
    return next((method for method in METHODS if method in allowed), "POST")


class _Hall:
    """Serve many apps from one server: starting and stopping one takes longer than a request."""

    def __init__(self) -> None:
        self.apps: dict[str, Traced] = {}
        self.server = EmbeddedServer(self, name="stepper").start()
        self.client = httpx.Client(trust_env=False, timeout=PATIENCE)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Hand a WSGI request to the app it is meant for, which does not see the mark."""
        app = self.apps.get(environ.pop(MARK_IN_ENVIRON, ""), NotFound())
        return app(environ, start_response)

    def send(self, traced: Traced, request: httpx.Request) -> None:
        """Send a request to one app; raise httpx.HTTPError where no answer comes."""
        request.headers[MARK] = mark = str(id(traced))
        # A new thread: a debugger or coverage that has begun since would not see an older one.
        request.headers["Connection"] = "close"
        self.apps[mark] = traced
        try:
            self.client.send(request)
        finally:
            del self.apps[mark]


def _hall() -> _Hall:
    """Return the one hall; two first calls at once would stop each other's server."""
    with _opening:
        return _open_hall()


_opening = threading.Lock()
_open_hall = functools.cache(_Hall)


def _send(app: Flask, path: str, view: Callable, request: Any) -> Trace:
    traced = Traced(app, view)
    prepared = _prepared(_hall().server.url, app, path, request)
    with _quiet(app):
        try:
            _hall().send(traced, prepared)
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
    """Stop a view that does not end, and wait for its trace; a view that sleeps goes on."""
    for _ in range(20):
        if traced.traces:
            return
        traced.stop()
        time.sleep(0.05)


@contextmanager
def _quiet(app: Flask) -> Iterator[None]:
    """Keep tracebacks off stderr: the trace tells the error, and nbgrader takes points for them."""
    drop = lambda record: False  # noqa: E731  (a filter of its own, so that two never mix up)
    app.logger.addFilter(drop)
    try:
        yield
    finally:
        app.logger.removeFilter(drop)


def _prepared(server: str, app: Flask, path: str, request: Any) -> httpx.Request:
    if isinstance(request, httpx.Request):
        return httpx.Request(
            request.method,
            f"{server}{request.url.raw_path.decode()}",
            headers={name: v for name, v in request.headers.items() if name != "host"},
            content=request.read(),
        )
    if "<" in path:
        raise Mistake(
            f"The path {path} has a part for you to fill in: pass an httpx.Request, as in "
            'httpx.Request("GET", "http://app/the/whole/path").'
        )
    return httpx.Request(_method(app, path), f"{server}{path}", **_content(request))


def _content(request: Any) -> dict[str, Any]:
    """Return the body: bytes go as they are, announced as JSON; everything else as JSON."""
    if isinstance(request, bytes):
        return {"content": request, "headers": {"Content-Type": "application/json"}}
    try:
        json.dumps(request).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Mistake(f"This body cannot be written as JSON: {error}.") from None
    return {"json": request}
