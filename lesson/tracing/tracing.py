"""Record what one view really does for each request it answers.

`Traced` serves an app and listens, in each request's own thread, to the lines of one view.
"""

import ctypes
import dis
import io
import json
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.http import parse_cookie
from werkzeug.local import LocalProxy
from werkzeug.test import run_wsgi_app

from lesson.charting.chart import chart
from lesson.charting.source import own_function
from lesson.families import Families
from lesson.show import short
from lesson.tracing.run import Step
from lesson.tracing.trace import Trace
from lesson.tracing.values import HIDDEN, Writer, cut, is_secret
from server.parts import EXTENSION, refresh_tokens
from server.store import MemoryStore, SQLiteStore

MOST_STEPS = 200  # what a page can show; a loop may take more
MOST_LINES = 100_000  # a view that is still going then is stopped
LONGEST_BODY, LONGEST_ANSWER = 64 * 1024, 64 * 1024 * 1024  # bytes
COLLECTIONS = (set, dict, list, MemoryStore, SQLiteStore, Families)
TOOLS = (ModuleType, FunctionType, BuiltinFunctionType, MethodType, type)  # what no table needs


class Runaway(BaseException):
    """Raised inside a view that never ends; no `except Exception` of its own catches it."""


class Traced:
    """Serve an app as it is, and append a Trace to `traces` for each request.

    Raises Mistake where `view` is no function. A tracer that runs already, such as a debugger's
    or that of coverage, goes on.
    """

    def __init__(self, app: Flask, view: Callable) -> None:
        self.app = app
        self.flow = chart(view)
        self.traces: deque[Trace] = deque(maxlen=100)
        self._listeners: list[_Listener] = []
        function = own_function(view)
        self.code = function.__code__
        self._watched = _watched(function)
        self._writer = Writer()
        for name, value in _secrets(app, function):
            self._writer.learn(name, value)
        if _has_error_handlers(app):
            self.flow.notes.append(
                "This app has error handlers: they may answer in place of an exit drawn here."
            )

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """Answer one WSGI request; its trace is complete before the client gets the answer."""
        writer = Writer(like=self._writer)
        asked, sent = _request(environ, writer)
        listener = _Listener(self.code, writer, self._watched)
        self._listeners.append(listener)
        try:
            body, status, headers = self._answer(listener, environ)
        finally:
            self._listeners.remove(listener)
        self.traces.append(self._trace(listener, asked, sent, status, _body(body, writer)))
        start_response(status, headers)
        return [body]

    def stop(self) -> None:
        """Stop each view that is still running, at its next line of Python."""
        for listener in list(self._listeners):
            interrupt = ctypes.pythonapi.PyThreadState_SetAsyncExc
            interrupt(ctypes.c_ulong(listener.thread), ctypes.py_object(Runaway))

    def _answer(self, listener: "_Listener", environ: dict) -> tuple[bytes, str, list]:
        """Return body, status and headers; an error that the app lets through is a 500."""
        try:
            with listener:
                parts, status, headers = run_wsgi_app(self.app, environ)
                body = _joined(parts)
            return body, status, list(headers)
        except Runaway:
            return _refused("This view never ends: the tracer stopped it.")
        except BaseException as error:  # SystemExit in a view would end the thread without a word
            return _refused(f"The app let an error through: {type(error).__name__}.")

    def _trace(self, listener: "_Listener", asked: str, sent: str, status: str, body: str) -> Trace:
        first = self.flow.source.first_line - 1
        steps = tuple(replace(step, line=step.line - first) for step in listener.cleaned())
        return Trace(
            request=asked,
            sent=sent,
            start=listener.start if listener.reached else listener.outside(),
            steps=steps,
            end=listener.outside(),
            status=int(status[:3]) if status[:3].isdigit() else None,
            body=body,
            reached=listener.reached,
            cut=listener.lines > MOST_STEPS,
            flow=self.flow,
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
        self.thread = threading.get_ident()
        self._known_at_start = writer.known

    def __enter__(self) -> None:
        self._other = sys.gettrace()
        sys.settrace(self._called)

    def __exit__(self, *error: object) -> None:
        sys.settrace(self._other)

    def outside(self) -> dict[str, str]:
        """Return the watched variables outside the view as they are now."""
        return {name: self.writer.write(name, value) for name, value in self._outside.items()}

    def cleaned(self) -> list[Step]:
        """Return the steps without secrets that only a later line gave away."""
        if self._known_at_start == self.writer.known:
            return self.steps
        return [self._clean(step) for step in self.steps]

    def _clean(self, step: Step) -> Step:
        clean = self.writer.clean
        variables = {name: clean(text) for name, text in step.variables.items()}
        return Step(step.line, variables, step.raised and clean(step.raised))

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
        """Return the variables as texts; an odd value must not fail the view it lives in."""
        try:
            found = {name: _real(frame.f_globals.get(name)) for name in self.watched}
            self._outside = {name: value for name, value in found.items() if value is not None}
            own = {n: v for n, v in frame.f_locals.items() if not issubclass(type(v), TOOLS)}
            everything = {**own, **self._outside}
            for name, value in everything.items():
                self.writer.learn(name, value)
            return {name: self.writer.write(name, value) for name, value in everything.items()}
        except Exception as error:
            return {"(variables)": f"cannot be read: {type(error).__name__}"}


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


def _has_error_handlers(app: Flask) -> bool:
    """Return whether an app answers errors in its own way; the lesson's server keeps statuses."""
    if EXTENSION in getattr(app, "extensions", {}):
        return False
    handlers = getattr(app, "error_handler_spec", {}).values()
    return any(by_error for by_code in handlers for by_error in by_code.values())


def _secrets(app: Flask, function: FunctionType) -> Iterator[tuple[str, object]]:
    """Yield name and value of the keys that app and view know."""
    parts = getattr(app, "extensions", {}).get(EXTENSION)
    if parts:
        yield "keys", [parts.tokens.keys.access, parts.tokens.keys.refresh]
    for name, value in {**function.__globals__, **getattr(app, "config", {})}.items():
        if isinstance(name, str) and is_secret(name):
            yield name, value


def _request(environ: dict[str, Any], writer: Writer) -> tuple[str, str]:
    """Return what was asked and what was sent with it; the app can still read the body."""
    for name, value in parse_qsl(environ.get("QUERY_STRING", "")):
        writer.learn(name, value)
    for value in parse_cookie(environ.get("HTTP_COOKIE", "")).values():
        writer.learn("secret", value)
    asked = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}"
    return asked, _sent(environ, writer)


def _sent(environ: dict[str, Any], writer: Writer) -> str:
    length = environ.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and 0 < int(length) <= LONGEST_BODY:
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        return _body(body, writer, environ.get("CONTENT_TYPE", ""))
    if length != "0":
        return f"({length} bytes)"
    credentials = environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, token = credentials.partition(" ")
    if scheme.lower() == "bearer":
        return f"Authorization: Bearer {short(token)}"
    writer.learn("secret", credentials)
    writer.learn("secret", token)
    return f"Authorization: {HIDDEN}" if credentials else "(nothing)"


def _body(body: bytes, writer: Writer, kind: str = "") -> str:
    """Return a body as one line: JSON or a form with their secrets hidden, else as it is."""
    text = body.decode(errors="replace")
    try:
        members = dict(parse_qsl(text)) if "form" in kind else json.loads(text)
    except (ValueError, RecursionError):
        return cut(writer.clean(text)) or "(nothing)"
    writer.learn(None, members)
    return writer.json(members)


def _joined(parts: Iterable[bytes]) -> bytes:
    """Return an answer's body; raise Runaway where it does not end."""
    body = b""
    for part in parts:
        body += part
        if len(body) > LONGEST_ANSWER:
            raise Runaway
    return body


def _refused(sentence: str) -> tuple[bytes, str, list]:
    body = json.dumps({"error": sentence}).encode()
    return body, "500 INTERNAL SERVER ERROR", [("Content-Type", "application/json")]
