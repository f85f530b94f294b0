"""Record what one view really does for each request it answers.

`Traced` serves an app and listens, in each request's own thread, to the lines of one view.
"""

import io
import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from flask import Flask, got_request_exception, request_started
from werkzeug.http import parse_cookie
from werkzeug.test import run_wsgi_app

from lesson.charting.chart import chart
from lesson.charting.source import own_function
from lesson.course import ENDPOINT
from lesson.show import short
from lesson.tracing.listener import MOST_STEPS, Listener
from lesson.tracing.place import Place
from lesson.tracing.run import Step
from lesson.tracing.runaway import Runaway
from lesson.tracing.trace import Trace
from lesson.tracing.values import HIDDEN, Writer, cut, is_secret
from lesson.tracing.watched import watched
from server.parts import EXTENSION

LONGEST_ERROR = 300  # characters
LONGEST_BODY, LONGEST_ANSWER = 64 * 1024, 64 * 1024 * 1024  # bytes


class Answer(NamedTuple):
    """Hold what the client gets; `text` is its body as one line, or None where that is unread."""

    body: bytes
    status: str
    headers: list[tuple[str, str]]
    text: str | None = None


class Traced:
    """Serve an app as it is, and append a Trace to `traces` for each request.

    Of an error that nobody in the app answers, type, text and line are the answer. Raises Mistake
    where `view` is no function. A tracer that runs already, such as a debugger's or that of
    coverage, goes on.
    """

    def __init__(self, app: Flask, view: Callable) -> None:
        self.app = app
        self.flow = chart(view)
        self.traces: deque[Trace] = deque(maxlen=100)
        self._listeners: dict[int, Listener] = {}  # by thread
        self._logger = app.logger
        function = own_function(view)
        self.code = function.__code__
        self._place = Place(self.flow.source, self.code)
        self._watched = watched(function)
        self._writer = Writer()
        for name, value in _secrets(app, function):
            self._writer.learn(name, value)
        self._answers_errors = _has_error_handlers(app)
        if self._answers_errors:
            self.flow.notes.append(
                "This app has error handlers: they may answer in place of an exit drawn here."
            )
        request_started.connect(self._started, app)
        got_request_exception.connect(self._failed, app)

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """Answer one WSGI request; its trace is complete before the client gets the answer.

        Raises ConnectionAbortedError, at which a server drops the connection, where the request
        was stopped: its client has gone.
        """
        writer = Writer(like=self._writer)
        asked = _request(environ, writer)
        listener = Listener(self.code, writer, self._watched, asked)
        self._listeners[listener.thread] = listener
        try:
            answer = self._answer(listener, environ)
            if not listener.abandoned:
                self.traces.append(self._trace(listener, answer))
        finally:
            del self._listeners[listener.thread]
        if listener.asked:
            raise ConnectionAbortedError
        start_response(answer.status, answer.headers)
        return [answer.body]

    def stop(self) -> None:
        """Stop each view that is still running, at its next line of Python."""
        for listener in list(self._listeners.values()):
            listener.interrupt()

    def abandon(self) -> None:
        """Stop each view that is still running, and append its trace up to here.

        A view that waits ends when it wakes; nobody waits for that.
        """
        for listener in list(self._listeners.values()):
            said = self._place.of_thread(listener.thread)
            listener.abandoned = True
            listener.interrupt()
            listener.unfinished(Runaway())
            self.traces.append(self._trace(listener, Answer(b"", "", [], said)))

    def _started(self, app: Flask, **more: object) -> None:
        """Listen to the view, which comes next; Flask calls this in the same thread."""
        listener = self._listeners.get(threading.get_ident())
        if listener:
            listener.begin()

    def _failed(self, app: Flask, exception: BaseException, **more: object) -> None:
        """Keep an error that the app is about to answer; Flask calls this in the same thread."""
        listener = self._listeners.get(threading.get_ident())
        if listener:
            listener.failed = exception

    def _answer(self, listener: Listener, environ: dict) -> Answer:
        """Return the answer, also of a view that was stopped."""
        self._logger.addFilter(listener)
        try:
            return self._heard(listener, environ)
        except Runaway as runaway:
            listener.unfinished(runaway)
            line = self._place.of_error(runaway, listener.ended)
            where = f" in line {line}" if line else ""
            return _refused(f"This view never ends: the tracer stopped it{where}.")
        finally:
            self._logger.removeFilter(listener)

    def _heard(self, listener: Listener, environ: dict) -> Answer:
        """Return the answer; an error that the app lets through is a 500."""
        try:
            return self._asked(listener, environ)
        except Runaway:
            raise
        except BaseException as error:  # SystemExit in a view would end the thread without a word
            return self._told(listener, error)

    def _asked(self, listener: Listener, environ: dict) -> Answer:
        """Return the app's answer, or what it failed with where it has no answer of its own."""
        with listener:
            parts, status, headers = run_wsgi_app(self.app, environ)
            listener.hear_out()
            body = _joined(parts)
        if listener.failed and status[:3] == "500" and not self._answers_errors:
            return self._told(listener, listener.failed)
        return Answer(body, status, list(headers))

    def _told(self, listener: Listener, error: BaseException) -> Answer:
        """Return a 500 that tells an error and its line."""
        listener.unfinished(error)
        said = listener.writer.error(type(error), error, LONGEST_ERROR)
        line = self._place.of_error(error, listener.ended)
        # Flask names the place that the view was put into; the learner knows the view.
        said = said.replace(f"'{ENDPOINT}'", f"'{self.flow.source.name}'")
        return _refused(f"Line {line}: {said}" if line else said)

    def _trace(self, listener: Listener, answer: Answer) -> Trace:
        first = self.flow.source.first_line - 1
        steps = (Step(s.line - first, s.variables, s.raised) for s in listener.cleaned())
        asked, sent = listener.request
        status, text = answer.status[:3], answer.text
        return Trace(
            request=asked,
            sent=sent,
            start=listener.start,
            steps=tuple(steps),
            end=listener.end,
            status=int(status) if status.isdigit() else None,
            body=_body(answer.body, listener.writer) if text is None else text,
            reached=listener.reached,
            cut=listener.lines > MOST_STEPS,
            flow=self.flow,
        )


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
    if query := environ.get("QUERY_STRING"):
        for name, value in parse_qsl(query):
            writer.learn(name, value)
    if cookies := environ.get("HTTP_COOKIE"):
        for value in parse_cookie(cookies).values():
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
    credentials = environ.get("HTTP_AUTHORIZATION")
    if not credentials:
        return "(nothing)"
    scheme, _, token = credentials.partition(" ")
    if scheme.lower() == "bearer":
        return f"Authorization: Bearer {short(token)}"
    writer.learn("secret", credentials)
    writer.learn("secret", token)
    return f"Authorization: {HIDDEN}"


def _body(body: bytes, writer: Writer, kind: str = "") -> str:
    """Return a body as one line: JSON or a form with their secrets hidden, else as it is."""
    text = body.decode(errors="replace")
    try:
        members = dict(parse_qsl(text)) if "form" in kind else json.loads(text)
    except (ValueError, RecursionError):
        return cut(writer.clean(text)) or "(nothing)"
    writer.learn("", members)
    return writer.json(members)


def _joined(parts: Iterable[bytes]) -> bytes:
    """Return an answer's body; raise Runaway where it does not end."""
    body = b""
    for part in parts:
        body += part
        if len(body) > LONGEST_ANSWER:
            raise Runaway
    return body


def _refused(sentence: str) -> Answer:
    text = json.dumps({"error": sentence}, ensure_ascii=False)
    headers = [("Content-Type", "application/json")]
    return Answer(text.encode(), "500 INTERNAL SERVER ERROR", headers, text)
