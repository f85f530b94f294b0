"""Picture a view's flow: as shapes to draw, as an image, and in words."""

from collections.abc import Iterable
from http import HTTPStatus

from lesson.charting.drawing import Line, Shape, as_image, draw
from lesson.charting.flow import Box, Flow


def shapes(flow: Flow) -> tuple[list[Shape], list[Line]]:
    """Return the chart of a view as shapes and lines to draw."""
    boxes = [Shape(b.kind, b.step, _exit(b), _wording(b), b.column, b.row) for b in flow.boxes]
    return boxes, [Line(arrow.source, arrow.target, arrow.text) for arrow in flow.arrows]


def in_words(flow: Flow) -> dict[int, str]:
    """Return the chart as sentences, by the number of the box: what it is, and where it leads."""
    lines = {}
    for number, box in enumerate(flow.boxes):
        ways = [
            f"{arrow.text + ': ' if arrow.text else ''}{_name(flow.boxes[arrow.target])}"
            for arrow in flow.arrows
            if arrow.source == number
        ]
        if ways:
            lines[number] = f"{_name(box)} → {'; '.join(ways)}"
    return lines


def _exit(box: Box) -> str:
    if box.kind != "exit":
        return ""
    return " or ".join(_status(status) for status in sorted(box.statuses, key=str))


def _status(status: int | None) -> str:
    if status is None:
        return "a status that a run tells"
    known = status in set(HTTPStatus)
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _wording(box: Box) -> str:
    if box.kind != "exit":
        return box.text
    return box.text if box.label or not box.node else ""


def _name(box: Box) -> str:
    step = f"step {box.step}" if box.step and box.kind != "exit" else ""
    return ", ".join(filter(None, [step, _exit(box), _wording(box)]))


def image(flow: Flow, lit: Iterable[int]) -> str:
    """Return an HTML image of the flow in which the `lit` boxes stand out."""
    svg = draw(*shapes(flow), title=flow.source.name, lit=lit, alone=True)
    words = "; ".join(in_words(flow).values())
    return as_image(svg, f"Flow chart of the view {flow.source.name}. {words}")
