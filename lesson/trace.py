"""Record what one view really does for each request it answers.

`Traced` serves an app and listens, in each request's own thread, to the lines of one view.
"""

import dis
import io
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.local import LocalProxy
from werkzeug.test import run_wsgi_app

from lesson.chart import chart
from lesson.flow import Flow
from lesson.show import short
from lesson.source import own_function
from lesson.table import Row, Tracker, as_html, as_text, execution_table, variable_tracker
from lesson.values import HIDDEN, Writer, cut, is_secret
from server.parts import EXTENSION, refresh_tokens
from server.store import MemoryStore, SQLiteStore

MOST_STEPS = 200  # what a page can show; a loop may take more
MOST_LINES = 100_000  # a view that is still going then is stopped
LONGEST_BODY = 64 * 1024
COLLECTIONS = (set, dict, list, MemoryStore, SQLiteStore)
TOOLS = (ModuleType, FunctionType, BuiltinFunctionType, MethodType, type)  # what no table needs


class Runaway(BaseException):
    """Raised inside a view that never ends; no `except Exception` of its own catches it."""


@dataclass(frozen=True)
class Step:
    """Hold one line that ran: the variables after it, and the error it raised, if any."""

    line: int
    variables: Mapping[str, str]
    raised: str | None = None


@dataclass(frozen=True)
class Trace:
    """Hold what a view did for one request, as plain texts; line 1 is the view's first line.

    `status` and `body` are those the client got; `status` is None where it got none. `cut` tells
    that the view ran on for more steps than are kept.
    """

    request: str
    sent: str
    start: Mapping[str, str]
    steps: tuple[Step, ...]
    end: Mapping[str, str]
    status: int | None
    body: str
    reached: bool
    cut: bool
    flow: Flow = field(repr=False, compare=False)

    @cached_property
    def table(self) -> list[Row]:
        """Return the rows of the execution table."""
        return execution_table(self)

    @cached_property
    def tracker(self) -> Tracker:
        """Return the variable tracker."""
        return variable_tracker(self)

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


class Traced:
    """Serve an app as it is, and append a Trace to `traces` for each request.

    Raises Mistake where `view` is no function. A tracer that runs already, such as a debugger's
    or that of coverage, goes on.
    """

    def __init__(self, app: Flask, view: Callable) -> None:
        self.app = app
        self.flow = chart(view)
        self.traces: deque[Trace] = deque(maxlen=100)
        function = own_function(view)
        self.code = function.__code__
        self._watched = _watched(function)
        self._secrets = list(_secrets(app, function))

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """Answer one WSGI request; its trace is complete before the client gets the answer."""
        writer = Writer(self._secrets)
        request, sent = _request(environ, writer)
        listener = _Listener(self.code, writer, self._watched)
        try:
            body, status, headers = self._answer(listener, environ)
        except Exception as error:
            self._keep(listener, request, sent, None, writer.error(type(error), error))
            raise
        self._keep(listener, request, sent, status, _body(body, writer))
        start_response(status, headers)
        return [body]

    def _answer(self, listener: "_Listener", environ: dict) -> tuple[bytes, str, list]:
        try:
            with listener:
                parts, status, headers = run_wsgi_app(self.app, environ, buffered=True)
            return b"".join(parts), status, list(headers)
        except Runaway:
            said = json.dumps({"error": "This view never ends: the tracer stopped it."}).encode()
            return said, "500 INTERNAL SERVER ERROR", [("Content-Type", "application/json")]

    def _keep(
        self, listener: "_Listener", request: str, sent: str, status: str | None, body: str
    ) -> None:
        first = self.flow.source.first_line - 1
        steps = tuple(replace(step, line=step.line - first) for step in listener.steps)
        self.traces.append(
            Trace(
                request=request,
                sent=sent,
                start=listener.start if listener.reached else listener.outside(),
                steps=steps,
                end=listener.outside(),
                status=int(status[:3]) if status else None,
                body=body,
                reached=listener.reached,
                cut=listener.lines > MOST_STEPS,
                flow=self.flow,
            )
        )


class _Listener:
    """Listen to the lines of one code object in this thread, beside a tracer that is there."""

    def __init__(self, code: CodeType, writer: Writer, watched: list[str]) -> None:
        self.code, self.writer, self.watched = code, writer, watched
        self.start: dict[str, str] = {}
        self.steps: list[Step] = []
        self.lines = 0
        self.reached = False
        self._local: Callable | None = None
        self._line: int | None = None
        self._raised: str | None = None
        self._outside: dict[str, Any] = {}

    def __enter__(self) -> None:
        self._other = sys.gettrace()
        sys.settrace(self._called)

    def __exit__(self, *error: object) -> None:
        sys.settrace(self._other)

    def outside(self) -> dict[str, str]:
        """Return the watched variables outside the view as they are now."""
        return {name: self.writer.write(name, value) for name, value in self._outside.items()}

    def _called(self, frame: FrameType, event: str, arg: object) -> Callable | None:
        other = self._other(frame, event, arg) if self._other else None
        if self._other:
            sys.settrace(self._called)  # the other one may have put itself in our place
        if frame.f_code is not self.code or self.reached:
            return other
        self.reached, self._local = True, other
        self.start = self._variables(frame)
        return self._happened

    def _happened(self, frame: FrameType, event: str, arg: Any) -> Callable:
        if self._local:
            self._local = self._local(frame, event, arg)
        if event == "exception":
            self._raised = self.writer.error(arg[0], arg[1])
            return self._happened
        self._close(frame)
        if event == "line":
            self._line, self.lines = frame.f_lineno, self.lines + 1
            if self.lines > MOST_LINES:
                raise Runaway
        return self._happened

    def _close(self, frame: FrameType) -> None:
        """Keep the step that has ended, unless there are too many."""
        if self._line is not None and len(self.steps) < MOST_STEPS:
            self.steps.append(Step(self._line, self._variables(frame), self._raised))
        self._line = self._raised = None

    def _variables(self, frame: FrameType) -> dict[str, str]:
        found = {name: _real(frame.f_globals.get(name)) for name in self.watched}
        self._outside = {name: value for name, value in found.items() if value is not None}
        own = {n: v for n, v in frame.f_locals.items() if not isinstance(v, TOOLS)}
        everything = {**own, **self._outside}
        self.writer.learn(everything)
        return {name: self.writer.write(name, value) for name, value in everything.items()}


def _watched(function: FunctionType) -> list[str]:
    """Return the variables outside a view that it can change: collections, stores, globals."""
    scope, code = function.__globals__, function.__code__
    stored = {line.argval for line in dis.get_instructions(code) if line.opname == "STORE_GLOBAL"}
    used = [name for name in code.co_names if name in scope or name in stored]
    return [name for name in used if name in stored or _is_collection(scope[name])]


def _is_collection(value: object) -> bool:
    return value is refresh_tokens or isinstance(value, COLLECTIONS)


def _real(value: object) -> object:
    """Return what stands behind Flask's and the server's stand-ins."""
    return value._get_current_object() if isinstance(value, LocalProxy) else value


def _secrets(app: Flask, function: FunctionType) -> Iterator[str | bytes]:
    """Yield the keys that app and view know."""
    parts = getattr(app, "extensions", {}).get(EXTENSION)
    if parts:
        yield from (parts.tokens.keys.access, parts.tokens.keys.refresh)
    named = {**function.__globals__, **getattr(app, "config", {})}
    for name, value in named.items():
        if isinstance(value, str | bytes) and is_secret(name):
            yield value


def _request(environ: dict[str, Any], writer: Writer) -> tuple[str, str]:
    """Return what was asked and what was sent with it; the app can still read the body."""
    asked = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}"
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if 0 < length <= LONGEST_BODY:
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        return asked, _body(body, writer, environ.get("CONTENT_TYPE", ""))
    if length:
        return asked, f"({length} bytes)"
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    shown = short(token) if scheme.lower() == "bearer" else HIDDEN
    return asked, f"Authorization: {scheme} {shown}" if scheme else "(nothing)"


def _body(body: bytes, writer: Writer, kind: str = "") -> str:
    """Return a body as one line: JSON or a form with their secrets hidden, else as it is."""
    text = body.decode(errors="replace")
    try:
        members = dict(parse_qsl(text)) if "form" in kind else json.loads(text)
    except (ValueError, RecursionError):
        return cut(writer.clean(text)) or "(nothing)"
    if isinstance(members, dict):
        writer.learn(members)
    return writer.json(members)
