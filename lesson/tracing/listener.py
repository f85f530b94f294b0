"""Listen to the lines of one view in the thread that answers a request."""

import inspect
import logging
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from werkzeug.local import LocalProxy

from lesson.tracing.fields import TOOLS
from lesson.tracing.run import Step
from lesson.tracing.runaway import MOST_LINES, Runaway
from lesson.tracing.values import Writer

GOES_ON = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
MOST_STEPS = 200  # what a page can show; a loop may take more
# Asked of each call below the view as (frame, "call", None), it finds no such member and answers
# None: listen no further. PyJWT alone makes 300 such calls, and one in C costs half as much.
HEAR_NOTHING = getattr


class Listener:
    """Listen to the lines of one code object in this thread, beside a tracer that is there.

    `request` is what was asked and sent, `failed` an error that the app is about to answer, `ended`
    the line that the view ended with. `asked` tells that it is to end, and `abandoned` that nobody
    waits for that.
    """

    def __init__(
        self, code: CodeType, writer: Writer, watched: list[str], request: tuple[str, str]
    ) -> None:
        self.request = request
        self.thread = threading.get_ident()
        self.asked = self.abandoned = False
        self.code, self.writer, self.watched = code, writer, watched
        self.start: dict[str, str] = {}
        self.steps: list[Step] = []
        self.lines = 0
        self.reached = False
        self.failed: BaseException | None = None
        self.ended: int | None = None
        self.end: dict[str, str] = {}
        self._local: Callable | None = None
        self._line: int | None = None
        self._raised: str | None = None
        self._outside: dict[str, Any] = {}
        self._behind: dict[int, Any] = {}
        self._known_at_start = writer.known

    def __enter__(self) -> None:
        self._below = sys._getframe(1)
        self._other = sys.gettrace()
        if self._other:
            sys.settrace(self._called)

    def begin(self) -> None:
        """Listen from here on: Python is slow under a tracer, and what comes before is no view."""
        if not self._other and not self.reached:
            sys.settrace(_awaiting(self.code, self._reach))

    def __exit__(self, *error: object) -> None:
        sys.settrace(self._other)
        self.end = self._written(self._outside)

    def hear_out(self) -> None:
        """Listen again while an answer is put together, so that it can be interrupted."""
        if not self._other:
            sys.settrace(HEAR_NOTHING)

    def interrupt(self) -> None:
        """Let Runaway be raised at the next step in Python of this thread.

        A thread that is blocked in C takes no such step until it wakes. What CPython has for this,
        PyThreadState_SetAsyncExc, stays with a blocked thread too, and until it is taken CPython
        3.11 enters no function of a traced thread: every later request would hang.
        """
        self.asked = True
        frame = sys._current_frames().get(self.thread)
        while frame and frame is not self._below:
            if frame.f_trace != self._happened:
                frame.f_trace = self._stopped
            frame.f_trace_opcodes = True  # a loop of one instruction never begins a line
            frame = frame.f_back

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop what is logged in this thread: a trace tells the error, and stderr stays clean."""
        return record.thread != self.thread

    def cleaned(self) -> list[Step]:
        """Return the steps without secrets that only a later line gave away."""
        if self._known_at_start == self.writer.known:
            return self.steps
        return [self._clean(step) for step in self.steps]

    def unfinished(self, error: BaseException) -> None:
        """Keep the line of which no end was heard, with the error that is to blame for it."""
        if self._line is not None:
            before = self.steps[-1].variables if self.steps else self.start
            raised = self.writer.error(type(error), error)
            self.steps = [*self.steps[: MOST_STEPS - 1], Step(self._line, before, raised)]
            self._line = None
            self.end = self.end or {n: before[n] for n in self.watched if n in before}

    def _clean(self, step: Step) -> Step:
        clean = self.writer.clean
        variables = {name: clean(text) for name, text in step.variables.items()}
        return Step(step.line, variables, step.raised and clean(step.raised))

    def _stopped(self, frame: FrameType, event: str, arg: object) -> None:
        raise Runaway

    def _called(self, frame: FrameType, event: str, arg: object) -> Callable | None:
        """Hear of a call beside another tracer."""
        if self.asked:
            raise Runaway
        other = self._other(frame, event, arg)
        sys.settrace(self._called)  # the other one may have put itself in our place
        if frame.f_code is not self.code or self.reached:
            return other
        self._local = other
        return self._reach(frame)

    def _reach(self, frame: FrameType) -> Callable:
        """Hear the view's lines from here on."""
        self.reached = True
        if not self._other:
            sys.settrace(HEAR_NOTHING)
        self.start = self._variables(frame)
        return self._happened

    def _happened(self, frame: FrameType, event: str, arg: Any) -> Callable:
        if self._local:
            self._local = self._local(frame, event, arg)
        if event == "opcode":
            return self._unless_asked()
        if event == "exception":
            self._raised = self.writer.error(arg[0], arg[1])
            return self._happened
        self._close(frame)
        if event == "line":
            self._line, self.lines = frame.f_lineno, self.lines + 1
        else:
            self.ended = frame.f_lineno
            self._rest()
        return self._unless_asked()

    def _rest(self) -> None:
        """Listen no more after a view that has returned; a generator goes on."""
        if not self._other and not self.code.co_flags & GOES_ON:
            sys.settrace(None)

    def _unless_asked(self) -> Callable:
        """Return what listens further; raise Runaway where the view is to end."""
        if self.asked or self.lines > MOST_LINES:
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
            found = {name: self._real(frame.f_globals.get(name)) for name in self.watched}
            self._outside = {name: value for name, value in found.items() if value is not None}
            own = {n: v for n, v in frame.f_locals.items() if not issubclass(type(v), TOOLS)}
            everything = {**own, **self._outside}
            for name, value in everything.items():
                self.writer.learn(name, value)
            return self._written(everything)
        except Exception as error:
            return {"(variables)": f"cannot be read: {type(error).__name__}"}

    def _real(self, value: object) -> object:
        """Return what stands behind Flask's and the server's stand-ins, found once a request."""
        if type(value) is not LocalProxy:
            return value
        if id(value) not in self._behind:
            self._behind[id(value)] = value._get_current_object()
        return self._behind[id(value)]

    def _written(self, values: dict[str, Any]) -> dict[str, str]:
        return {name: self.writer.write(name, value) for name, value in values.items()}


def _awaiting(code: CodeType, reach: Callable) -> Callable:
    """Return what hears of every call until a code object is called; the rest is over at once."""

    def called(frame: FrameType, event: str, arg: object) -> Callable | None:
        return reach(frame) if frame.f_code is code else None

    return called
