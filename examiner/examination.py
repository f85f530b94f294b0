"""Examine a student's source rule by rule; each fault costs the rule that met it and no other."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from examiner.budget import SECONDS, Budget, Spent
from examiner.internal_error import InternalError, exhausted
from examiner.launching import LOCAL, Launcher
from examiner.mistake import Mistake
from examiner.pausing import noticed
from examiner.plain_python import plain_python
from examiner.process import ENDED, GARBLED, Failed, Gone, Late, Worker
from examiner.rule import Broken, Hangs, NeverLoads, NotAttempted, NotLoaded, Rule, Verdict

SHOWN_LINES = 9
FAILED = "Your code has stopped what the examiner did beside it: {}"
SPEECHLESS = "Your code raised an error without a word."
NOTICED = "While it was examined it {}."
TRIES = 2
SILENT_STARTS = 2  # rules whose first request gets no answer, until none is expected any more


class Examination:
    """Examine one source; a context manager, or `stop` by hand.

    A worker process is kept from rule to rule, and replaced where a rule has left it unusable.
    `launcher` says how processes are started. `told` has a sentence on each thing in the source
    that is no Python and was left out, `late` the names of the rules whose verdict a time-out of
    ours has decided: a busy machine may be the reason. `to_read` has a sentence on each thing that
    came up in the examination and for which a person has to read the source; it is complete once
    this has stopped.
    """

    def __init__(self, source: str, launcher: Launcher = LOCAL) -> None:
        self.source = source
        self._launcher = launcher
        self._worker: Worker | None = None
        self._module = ""
        self._hopeless: Exception | None = None
        self._silent = 0
        self._used = self._loads = False  # whether a cell has loaded, in this worker or in any
        self.late: list[str] = []
        self.to_read: list[str] = []
        try:
            self._text, self.told = plain_python(source)
        except Mistake as error:
            self._text, self.told, self._hopeless = source, (), error
        self._budget = Budget(self._text, SECONDS)

    def examine(self, rule: Rule) -> Verdict:
        """Return the verdict on one rule, examined on a fresh start.

        Raises InternalError where this machine fails, and not the source.
        """
        if self._hopeless:
            return self._missed(rule, self._hopeless)
        return self._examine(rule)

    def examine_all(self, rules: Iterable[Rule]) -> list[Verdict]:
        """Return a verdict on each rule, in order."""
        return [self.examine(rule) for rule in rules]

    def finds(self, rule: Rule, source: str) -> bool:
        """Return whether a rule finds the fault of another source in the process of this one.

        Where there is none any more, this one is loaded first, whose process it is to be. Raises
        InternalError where this machine fails.
        """
        for _ in range(TRIES):
            try:
                if not (self._worker and self._worker.running):
                    with self._subject(rule, self._text):
                        pass
                with self._worker.aside(), self._subject(rule, source, True) as subject:
                    rule.test(subject)
            except Broken:
                return True
            except Late:
                self.stop()
            except (Gone, Failed, NotLoaded, NotAttempted):
                self.stop()
                return False
            else:
                return False
        return False

    def stop(self) -> None:
        """End the worker process; the next rule starts another one."""
        if self._worker:
            self._worker.stop()
            self._note(map(NOTICED.format, noticed(self._worker)))
            self._worker = None
            self._used = False

    def _examine(self, rule: Rule) -> Verdict:
        subject = None
        try:
            self._budget.require()
            with self._subject(rule, self._text) as subject:
                rule.test(subject)
        except Spent as error:
            self._hopeless = error
            return self._missed(rule, self._reason(error), subject)
        except NotAttempted as error:
            return _missed(rule, str(error), attempted=False)
        except NeverLoads as error:
            return self._missed(rule, self._given_up(error), subject)
        except Failed as error:
            told = Gone(FAILED.format(f"{error}".strip() or SPEECHLESS))
            return self._missed(rule, self._reason(told), subject)
        except Gone as error:
            self._count_silence(error, subject)
            return self._missed(rule, self._reason(error), subject)
        except (Broken, NotLoaded) as error:
            return self._missed(rule, error, subject)
        except InternalError:
            raise
        except Exception as error:  # whatever nonsense a worker answers may cause
            if exhausted(error):
                self.stop()
                raise InternalError.of(error) from error
            return self._missed(rule, self._reason(self._garbled()), subject)
        finally:
            self._note(subject.to_read if subject else [])
        return _verdict(rule, passed=True)

    @contextmanager
    def _subject(self, rule: Rule, source: str, even_worn: bool = False) -> Iterator[Any]:
        """Give a rule its subject, where need be in a fresh worker.

        What an earlier rule has asked may end a worker later, or keep a cell from loading in it.
        """
        with ExitStack() as stack:
            worker, used = self._ready(rule, even_worn), self._used
            try:
                subject = stack.enter_context(rule.assignment.subject(worker, source))
            except (NotAttempted, InternalError):
                raise
            except Exception:
                if even_worn or not used:
                    raise
                self.stop()
                worker = self._ready(rule)
                subject = stack.enter_context(rule.assignment.subject(worker, source))
            self._used = self._loads = True
            yield subject

    def _given_up(self, error: NeverLoads) -> Exception:
        """Return why a cell does not load; give it up, unless it has loaded before."""
        if self._loads:
            return self._reason(error.why)
        self._hopeless = self._reason(error)
        return self._hopeless

    def _garbled(self) -> Gone:
        running = self._worker and self._worker.running
        return Gone(GARBLED if running else ENDED)

    def _note(self, sentences: Iterable[str]) -> None:
        self.to_read += [told for told in sentences if told not in self.to_read]

    def _reason(self, error: Exception) -> Exception:
        """End the worker and return why: its launcher knows better than who talks to it."""
        self.stop()
        if not self._launcher.ended:
            return error
        return (Late if self._launcher.late else Gone)(self._launcher.ended)

    def _missed(self, rule: Rule, reason: Exception, subject: Any = None) -> Verdict:
        timed_out = reason.why if isinstance(reason, NeverLoads) else reason
        if isinstance(timed_out, Late | Hangs):
            self.late.append(rule.name)
        return _missed(rule, str(reason), subject)

    def _count_silence(self, error: Exception, subject: Any) -> None:
        """Give up a cell that hangs from the first: each further rule would wait as long."""
        first = subject is not None and not subject.exchange
        if first and str(error).startswith("POST /login got no answer"):
            self._silent += 1
            if self._silent == SILENT_STARTS:
                self._hopeless = error

    def _ready(self, rule: Rule, even_worn: bool = False) -> Worker:
        worker = self._worker
        if worker and (not worker.running or (worker.is_worn and not even_worn)):
            self.stop()
        if self._worker is None or self._module != rule.assignment.worker:
            self.stop()
            self._module = rule.assignment.worker
            self._worker = Worker(self._module, self._launcher, budget=self._budget)
        return self._worker

    def __enter__(self) -> "Examination":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def _missed(rule: Rule, message: str, subject: Any = None, attempted: bool = True) -> Verdict:
    return _verdict(
        rule,
        passed=False,
        message=_printable(message) or SPEECHLESS,
        exchange=_numbered(subject.exchange if subject else []),
        attempted=attempted,
    )


def _verdict(rule: Rule, **found: Any) -> Verdict:
    return Verdict(
        rule=rule.name,
        points=rule.points,
        title=rule.title,
        section=rule.section,
        **found,
    )


def _printable(text: str) -> str:
    """Return a text without what would move a cursor, turn the line round or fit into no file."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "·" for letter in text)


def _numbered(lines: list[str]) -> tuple[str, ...]:
    """Return the lines with their numbers; of many, those at the beginning and the end."""
    numbered = [f"{number:3}  {_printable(line)}" for number, line in enumerate(lines, start=1)]
    if len(numbered) <= SHOWN_LINES:
        return tuple(numbered)
    return (*numbered[:2], "  …", *numbered[3 - SHOWN_LINES :])
