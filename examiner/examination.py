"""Examine a student's source rule by rule; each fault costs the rule that met it and no other."""

from collections.abc import Iterable

from examiner.process import Failed, Gone, Worker
from examiner.rule import Broken, NotAttempted, NotLoaded, Rule, Verdict

SHOWN_LINES = 9


class Examination:
    """Examine one source; a context manager, or `stop` by hand.

    A worker process is kept from rule to rule, and replaced where a rule has left it unusable.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._worker: Worker | None = None

    def examine(self, rule: Rule) -> Verdict:
        """Return the verdict on one rule, examined on a fresh start."""
        exchange: list[str] = []
        try:
            with rule.assignment.subject(self._ready(rule), self.source) as subject:
                exchange = subject.exchange
                rule.test(subject)
        except NotAttempted as error:
            return _verdict(rule, str(error), attempted=False)
        except (Broken, NotLoaded) as error:
            return _verdict(rule, str(error), exchange)
        except (Gone, Failed) as error:
            self.stop()
            return _verdict(rule, str(error), exchange)
        return _verdict(rule)

    def examine_all(self, rules: Iterable[Rule]) -> list[Verdict]:
        """Return a verdict on each rule, in order."""
        return [self.examine(rule) for rule in rules]

    def stop(self) -> None:
        """End the worker process; the next rule starts another one."""
        if self._worker:
            self._worker.stop()
            self._worker = None

    def _ready(self, rule: Rule) -> Worker:
        if self._worker is None:
            self._worker = Worker(rule.assignment.worker)
        return self._worker

    def __enter__(self) -> "Examination":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def _verdict(
    rule: Rule, message: str = "", exchange: Iterable[str] = (), attempted: bool = True
) -> Verdict:
    shown = list(exchange)
    if len(shown) > SHOWN_LINES:
        shown = [*shown[:2], "…", *shown[3 - SHOWN_LINES :]]
    return Verdict(
        rule=rule.name,
        points=rule.points,
        title=rule.title,
        section=rule.section,
        passed=not message,
        message=message,
        exchange=tuple(shown),
        attempted=attempted,
    )
