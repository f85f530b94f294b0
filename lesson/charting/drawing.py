"""Draw boxes and arrows on a grid as SVG."""

import base64
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

NARROWEST, WIDEST = 96, 208  # pixels: a box
LINE, PAD, SIDE = 16, 5, 8  # pixels: a line of text, room above and beside it
LETTER, STRONG_LETTER = 7.3, 8.3  # pixels: a letter of the widest of the fonts in use
BADGE, ROUND = 24, 9  # pixels: the room for a number in a box, and the radius of its disc
GAP_X, GAP_Y, MARGIN = 36, 16, 6
COLUMNS_OF_TEXT, MOST_LINES = 24, 3
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A picture of its own stands on light and dark pages alike: what is written stands in filled
# boxes and on pills, and lines are of a grey that both show.
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; text-anchor: middle }
.small { font-size: 12px }
.strong { font-weight: 700 }
.outline { fill: #f3f5f8; stroke: #767e89; stroke-width: 1.3 }
.exit .outline, .revoked .outline { stroke-dasharray: 5 3 }
.on .outline { stroke: #0b57d0; stroke-width: 3; stroke-dasharray: none; fill: #dde9fd }
.live .outline { stroke: #1a7f37; stroke-width: 3; fill: #dff5e3 }
.spent .words { fill: #57606a }
.revoked .strong { text-decoration: line-through }
.thief { fill: #a40e26; font-weight: 700 }
.disc { fill: #57606a }
.on .disc { fill: #0b57d0 }
.number { fill: #ffffff; font-size: 12px; font-weight: 700 }
path.line { fill: none; stroke: #767e89; stroke-width: 1.5 }
.on path.line { stroke: #4a86e8; stroke-width: 2.8 }
path.head { fill: #767e89 }
.on path.head { fill: #4a86e8 }
.pill { fill: #f3f5f8 }
"""


@dataclass(frozen=True)
class Shape:
    """Hold a box to draw: kind, number, heading and text, and its place in the grid.

    `text` of a `thief` stands out as such.
    """

    kind: str
    number: str
    heading: str
    text: str
    column: int
    row: int
    thief: bool = False


@dataclass(frozen=True)
class Line:
    """Hold an arrow to draw between two shapes, by their numbers."""

    source: int
    target: int
    text: str = ""


def printable(text: str) -> str:
    """Return the text with a mark for each character that no XML may hold."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def draw(
    shapes: Sequence[Shape],
    lines: Sequence[Line],
    title: str,
    lit: Iterable[int] = (),
    *,
    alone: bool = False,
) -> str:
    """Return the drawing as an SVG text; `lit` shapes, and the arrows between them, stand out.

    With `alone` it brings its own colours, to be shown as a picture.
    """
    grid = _Grid(shapes, lines)
    root = _canvas(grid, title, alone=alone)
    lit = set(lit)
    for line in lines:
        _arrow(root, grid, line, lit={line.source, line.target} <= lit)
    for number, shape in enumerate(shapes):
        _box(root, grid, number, shape, lit=number in lit)
    return Xml.tostring(root, encoding="unicode")


def as_image(svg: str, description: str) -> str:
    """Return an HTML image that holds the drawing; an untrusted notebook shows that too."""
    data = base64.b64encode(svg.encode()).decode()
    alt = Xml.tostring(Xml.Element("img", {"alt": printable(description)}), encoding="unicode")
    return alt.replace("<img", f'<img src="data:image/svg+xml;base64,{data}"')


class _Grid:
    """Hold where in the picture each shape stands."""

    def __init__(self, shapes: Sequence[Shape], lines: Sequence[Line]) -> None:
        self.shapes = shapes
        self.pairs = {(line.source, line.target) for line in lines}
        longest = max((len(line.text) for line in lines), default=0)
        self.gap = max(GAP_X, 7 * longest + 14)
        rows = 1 + max((shape.row for shape in shapes), default=0)
        columns = 1 + max((shape.column for shape in shapes), default=0)
        tall, wide = [0] * rows, [NARROWEST] * columns
        for shape in shapes:
            tall[shape.row] = max(tall[shape.row], _height(shape))
            wide[shape.column] = max(wide[shape.column], _width(shape))
        self._tops = [MARGIN + sum(tall[:row]) + GAP_Y * row for row in range(rows)]
        self._lefts = [MARGIN + sum(wide[:column]) + self.gap * column for column in range(columns)]
        self._tall, self._wide = tall, wide
        self.width = 2 * MARGIN + sum(wide) + (columns - 1) * self.gap
        self.height = 2 * MARGIN + sum(tall) + GAP_Y * (rows - 1)

    def left(self, number: int) -> int:
        return self._lefts[self.shapes[number].column]

    def right(self, number: int) -> int:
        return self.left(number) + self.wide(number)

    def wide(self, number: int) -> int:
        return self._wide[self.shapes[number].column]

    def middle(self, number: int) -> int:
        return self.left(number) + self.wide(number) // 2

    def centre(self, number: int) -> int:
        row = self.shapes[number].row
        return self._tops[row] + self._tall[row] // 2

    def top(self, number: int) -> int:
        return self.centre(number) - _height(self.shapes[number]) // 2

    def bottom(self, number: int) -> int:
        return self.top(number) + _height(self.shapes[number])

    def above(self, number: int) -> int:
        """Return the height of the track over a shape's row."""
        return self._tops[self.shapes[number].row] - GAP_Y // 2

    def below(self, number: int) -> int:
        """Return the height of the track under a shape's row."""
        row = self.shapes[number].row
        return self._tops[row] + self._tall[row] + GAP_Y // 2


def _canvas(grid: _Grid, title: str, *, alone: bool) -> Xml.Element:
    size = {"width": str(grid.width), "height": str(grid.height)}
    view_box = f"0 0 {grid.width} {grid.height}"
    names = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": view_box, **size}
    root = Xml.Element("svg", {**names, "role": "img", "aria-label": printable(title)})
    if alone:
        Xml.SubElement(root, "style").text = STYLE
    return root


def _height(shape: Shape) -> int:
    return 2 * PAD + LINE * len(_text(shape))


def _width(shape: Shape) -> int:
    """Return the width that a box needs for its words, its number and the cut of its corners."""
    letters = max(
        len(words) * (STRONG_LETTER if shape.heading and not index else LETTER)
        for index, words in enumerate(_text(shape))
    )
    return min(WIDEST, 2 * SIDE + BADGE * bool(shape.number) + round(letters))


def _text(shape: Shape) -> list[str]:
    wrapped = textwrap.wrap(
        printable(shape.text), COLUMNS_OF_TEXT, max_lines=MOST_LINES, placeholder=" …"
    )
    return [shape.heading] * bool(shape.heading) + wrapped or [""]


def _box(root: Xml.Element, grid: _Grid, number: int, shape: Shape, *, lit: bool) -> None:
    names = f"box {shape.kind}{' on' * lit}"
    group = Xml.SubElement(root, "g", {"class": names, "data-box": str(number)})
    left, right = grid.left(number), grid.right(number)
    top, bottom, centre = grid.top(number), grid.bottom(number), grid.centre(number)
    if shape.kind == "check":
        points = [(left + 12, top), (right - 12, top), (right, centre), (right - 12, bottom)]
        points += [(left + 12, bottom), (left, centre)]
        spots = " ".join(f"{x},{y}" for x, y in points)
        Xml.SubElement(group, "polygon", {"class": "outline", "points": spots})
    else:
        round_by = {"exit": 13, "start": 13, "loop": 0, "spent": 0}.get(shape.kind, 5)
        place = {"x": left, "y": top, "width": right - left, "height": bottom - top, "rx": round_by}
        outline = {name: str(value) for name, value in place.items()}
        Xml.SubElement(group, "rect", {"class": "outline", **outline})
    _number(group, shape, left + BADGE // 2 + 4, centre)
    _words(group, shape, grid.middle(number), top)


def _number(group: Xml.Element, shape: Shape, x: int, y: int) -> None:
    """Draw the number of a box on a disc, as it stands beside the lines of the source."""
    if shape.number:
        Xml.SubElement(
            group, "circle", {"class": "disc", "cx": str(x), "cy": str(y), "r": f"{ROUND}"}
        )
        place = {"class": "number", "x": str(x), "y": str(y + 4)}
        Xml.SubElement(group, "text", place).text = shape.number


def _words(group: Xml.Element, shape: Shape, middle: int, top: int) -> None:
    x = str(middle + BADGE // 2 if shape.number else middle)
    for index, words in enumerate(_text(shape)):
        strong = bool(shape.heading) and index == 0
        y = str(top + PAD + LINE * index + LINE * 3 // 4)
        names = f"words{' strong' * strong}{' thief' * (shape.thief and not strong)}"
        Xml.SubElement(group, "text", {"x": x, "y": y, "class": names}).text = words


def _arrow(root: Xml.Element, grid: _Grid, line: Line, *, lit: bool) -> None:
    names = f"arrow{' on' * lit}"
    ends = f"{line.source}-{line.target}"
    group = Xml.SubElement(root, "g", {"class": names, "data-arrow": ends})
    points, words = _route(grid, line.source, line.target)
    path = "M" + " L".join(f"{x} {y}" for x, y in points)
    Xml.SubElement(group, "path", {"class": "line", "d": path})
    Xml.SubElement(group, "path", {"class": "head", "d": _head(*points[-2:])})
    if line.text:
        _pill(group, line.text, *words)


def _pill(group: Xml.Element, text: str, x: int, y: int) -> None:
    """Write what an arrow says, on a ground of its own: it may lie over a line."""
    width = round(LETTER * len(text)) + 6
    place = {"x": x - width // 2, "y": y - 11, "width": width, "height": 14, "rx": 7}
    Xml.SubElement(group, "rect", {"class": "pill", **{n: str(v) for n, v in place.items()}})
    Xml.SubElement(group, "text", {"x": str(x), "y": str(y), "class": "small"}).text = text


def _route(grid: _Grid, source: int, target: int) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Return the corners of an arrow, and where its text stands."""
    one, other = grid.shapes[source], grid.shapes[target]
    centre, aim = grid.centre(source), grid.centre(target)
    beside = (grid.right(source) + grid.gap // 2, centre - 6)
    if other.row < one.row and (other.column != one.column or (target, source) in grid.pairs):
        return _back(grid, source, target)
    if other.row < one.row:
        start = (grid.middle(source), grid.top(source))
        return [start, (start[0], grid.bottom(target))], (start[0] + 18, start[1] - GAP_Y // 2 + 4)
    if other.row == one.row and other.column < one.column:
        return [(grid.left(source), centre), (grid.right(target), aim)], beside
    if other.column > one.column and other.row == one.row:
        return [(grid.right(source), centre), (grid.left(target), aim)], beside
    if other.column > one.column:
        corner = (grid.middle(target), centre)
        end = (grid.middle(target), grid.top(target))
        return [(grid.right(source), centre), corner, end], beside
    start = (grid.middle(source), grid.bottom(source))
    words = (start[0] + 22, start[1] + GAP_Y // 2 + 3)
    if other.column == one.column:
        return [start, (grid.middle(target), grid.top(target))], words
    return _join(grid, source, target), words


def _join(grid: _Grid, source: int, target: int) -> list[tuple[int, int]]:
    """Lead down to a box further left, between the rows and between the columns."""
    across, above = grid.below(source), grid.above(target)
    x = grid.right(target) + grid.gap // 4
    down = [(x, across), (x, above)] if across != above else []
    start, end = grid.middle(source), grid.middle(target)
    return [
        (start, grid.bottom(source)),
        (start, across),
        *down,
        (end, above),
        (end, grid.top(target)),
    ]


def _back(grid: _Grid, source: int, target: int) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Lead up to an earlier box, through the gap between two columns."""
    centre, left = grid.centre(source), grid.left(source)
    if grid.shapes[source].column > grid.shapes[target].column:
        aim, side = grid.centre(target) + 7, grid.right(target)
        x = side + grid.gap * 4 // 5
    else:
        aim, side = grid.centre(target), grid.left(target)
        x = max(2, side - MARGIN + 3)
    points = [(left, centre), (x, centre), (x, aim), (side, aim)]
    return points, (left + 18, grid.top(source) - 7)


def _head(before: tuple[int, int], end: tuple[int, int]) -> str:
    """Return an arrow head at the end of a straight line."""
    (x, y), (a, b) = end, before
    dx, dy = (x > a) - (x < a), (y > b) - (y < b)
    back = (x - 8 * dx, y - 8 * dy)
    one = (back[0] - 4 * dy, back[1] - 4 * dx)
    two = (back[0] + 4 * dy, back[1] + 4 * dx)
    return "M" + " L".join(f"{px} {py}" for px, py in (end, one, two)) + " Z"
