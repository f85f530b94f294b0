"""Turn the lines of a run into executed statements, and say how their conditions ended."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from lesson.charting.source import Source, header
from lesson.tracing.run import Run, Step


@dataclass(frozen=True)
class ExecutedStatement:
    """Hold one statement that ran: its lines, its box, the outcome of its condition, if any."""

    lines: tuple[int, int]
    box: int
    variables: Mapping[str, str]
    changed: tuple[str, ...]
    outcome: bool | None
    raised: str | None
    inputs: tuple[str, ...]


def executed_statements(run: Run) -> list[ExecutedStatement]:
    """Return the statements that ran, one for each time it ran."""
    statements = _statements(run.flow.source)
    ran = [step for step in run.steps if not isinstance(statements.get(step.line), ast.Try)]
    ran = list(_without_leaving(ran, statements))
    found: list[ExecutedStatement] = []
    before = run.start
    for step, after in [*pairwise(ran), *((step, None) for step in ran[-1:])]:
        node = statements.get(step.line)
        if after and node is not None and statements.get(after.line) is node:
            continue  # the same statement, on another of its lines
        found += _of_step(run, step, after, node, before, found)
        before = step.variables
    return found


def boxes_lit(run: Run) -> set[int]:
    """Return the boxes of the flow that a run went through, the start among them."""
    return {0, *(statement.box for statement in executed_statements(run))}


def _without_leaving(ran: list[Step], statements: dict[int, ast.AST]) -> Iterator[Step]:
    """Yield the steps without the second visit to a `with`, when its block is left."""
    last = 0
    for step in ran:
        node = statements.get(step.line)
        inside = isinstance(node, ast.With) and node.lineno < last <= node.end_lineno
        if not inside:
            yield step
        last = step.line


def _statements(source: Source) -> dict[int, ast.AST]:
    """Return line → the statement whose header stands there, the outer one on a shared line."""
    found: dict[int, ast.AST] = {}
    for node in ast.walk(source.function) if source.function else []:
        if isinstance(node, ast.match_case):
            found.setdefault(node.pattern.lineno, node)
        if isinstance(node, ast.stmt | ast.ExceptHandler) and node is not source.function:
            first, last = header(node)
            for line in range(first, last + 1):
                found.setdefault(line, node)
    return found


def _of_step(
    run: Run,
    step: Step,
    after: Step | None,
    node: ast.AST | None,
    before: Mapping[str, str],
    found: list[ExecutedStatement],
) -> list[ExecutedStatement]:
    """Return the statement of a step; two where a condition and what it leads to share a line."""
    boxes = run.flow.boxes_at(step.line) or [found[-1].box if found else 0]
    changed = changes(before, step.variables)
    statement = ExecutedStatement(
        lines=_lines(node, step.line),
        box=boxes[0],
        variables=step.variables,
        changed=changed,
        outcome=None if step.raised else _outcome(node, after, changed),
        raised=step.raised,
        inputs=tuple(dict.fromkeys(_loads(node, before))),
    )
    if len(boxes) == 1 or not statement.outcome:
        return [statement]
    first = replace(statement, variables=before, changed=())
    return [first, replace(statement, box=boxes[1], outcome=None, inputs=())]


def _lines(node: ast.AST | None, line: int) -> tuple[int, int]:
    return (line, line) if node is None or isinstance(node, ast.match_case) else header(node)


def _outcome(node: ast.AST | None, after: Step | None, changed: tuple[str, ...]) -> bool | None:
    """Return whether a condition was true, by the next line; None where there is none."""
    if not isinstance(node, ast.If | ast.While | ast.For | ast.match_case):
        return None
    body = node.body
    first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    if body[0].lineno == first:
        return _outcome_on_one_line(body, after, changed)
    return after is not None and body[0].lineno <= after.line <= body[-1].end_lineno


def _outcome_on_one_line(
    body: list[ast.stmt], after: Step | None, changed: tuple[str, ...]
) -> bool | None:
    """Return what no line tells: a body that leaves has left, one that assigns has assigned."""
    if isinstance(body[-1], ast.Return | ast.Raise):
        return after is None
    return True if changed else None


def _loads(node: ast.AST | None, before: Mapping[str, str]) -> Iterator[str]:
    """Yield the variables that a statement's own lines read."""
    own = getattr(node, "test", None) or getattr(node, "iter", None)
    own = own or getattr(node, "subject", None) or (node if not hasattr(node, "body") else None)
    for part in ast.walk(own) if own is not None else []:
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id in before:
            yield part.id


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the variables that are new, other or gone."""
    gone = [name for name in before if name not in after]
    return (*(name for name in after if after[name] != before.get(name)), *gone)
