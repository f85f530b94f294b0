"""Draw the families that a store remembers: as a picture, as a list, and as indented text."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from examiner.mistake import Mistake
from lesson.charting.drawing import Line, Shape, as_image, draw
from lesson.families import LIVE, REVOKED, SPENT, Families, Node

EMPTY = "no family yet: nobody has logged in"
THIEF = "Mallory"
# Words tell the states apart, and signs, colours and outlines as well.
SIGNS = {LIVE: "●", SPENT: "○", REVOKED: "✕"}


@dataclass(frozen=True)
class Branch:
    """Hold what one box of the tree says, and what grows out of it."""

    name: str
    state: str
    holders: str
    branches: tuple["Branch", ...]
    stolen: bool = False

    @property
    def width(self) -> int:
        """Return how many columns the branch needs."""
        return sum(branch.width for branch in self.branches) or 1

    @property
    def words(self) -> str:
        """Return the box as one line."""
        return f"{self.name}: {self.state}{', ' * bool(self.holders)}{self.holders}"


@dataclass(frozen=True)
class FamilyTree:
    """Hold the families of one moment and display them."""

    families: Sequence[Branch]

    def __repr__(self) -> str:
        return "\n".join(f"{'  ' * depth}{words}" for depth, words in self.lines()) or EMPTY

    def _repr_html_(self) -> str:
        if not self.families:
            return f"<p>{EMPTY}</p>"
        words = "; ".join(words for _, words in self.lines())
        image = as_image(self.svg(alone=True), f"Family tree of refresh tokens. {words}")
        return f"{image}\n{_list(self.families)}"

    def svg(self, *, alone: bool = False) -> str:
        """Return the picture; `alone`, it brings its own colours. Each log-in stands on top."""
        shapes: list[Shape] = []
        lines: list[Line] = []
        column = 0
        for family in self.families:
            _grow(family, column, 0, shapes, lines)
            column += family.width
        return draw(shapes, lines, "Family tree of refresh tokens", alone=alone)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield (depth, words) for each box, from the top down."""
        for family in self.families:
            yield from _walk(family, 0)


def family_tree(store: Families, hands: Mapping[str, str] | None = None) -> FamilyTree:
    """Return the tree as the store has it now; `hands` says who holds which refresh token.

    The store itself cannot tell who holds what. Raises Mistake for a store without families.
    """
    if not isinstance(store, Families):
        raise Mistake("family_tree() draws a store with families: start_course(Families()).")
    held = defaultdict(list)
    for who, token in (hands or {}).items():
        node = store.node(token)
        held[node and node.name].append(who)
    return FamilyTree(tuple(_families(store, held)))


def _families(store: Families, held: Mapping[str | None, list[str]]) -> Iterator[Branch]:
    children = defaultdict(list)
    for node in store.nodes:
        children[node.parent].append(node)

    def branch(node: Node) -> Branch:
        who = held[node.name]
        holders = f"held by {' and '.join(who)}" if who else ""
        below = tuple(map(branch, children[node.name]))
        return Branch(node.name, node.state, holders, below, stolen=THIEF in who)

    for root in children[None]:
        alive = any(n.family == root.family and n.state == LIVE for n in store.nodes)
        name = f"family {root.family} of {root.user}"
        yield Branch(name, "alive" if alive else "ended", "", (branch(root),))


def _walk(branch: Branch, depth: int) -> Iterator[tuple[int, str]]:
    yield depth, branch.words
    for below in branch.branches:
        yield from _walk(below, depth + 1)


def _list(branches: Sequence[Branch]) -> str:
    """Return the branches as an HTML list, lists inside it for what grows out of them."""
    items = (f"<li>{escape(b.words)}{_list(b.branches)}</li>" for b in branches)
    return f"<ul>{''.join(items)}</ul>" if branches else ""


def _shape(branch: Branch, column: int, row: int) -> Shape:
    if branch.state not in SIGNS:
        return Shape("start", "", branch.name, branch.state, column, row)
    heading = f"{SIGNS[branch.state]} {branch.name}: {branch.state}"
    holders = f"⚠ {branch.holders}" if branch.stolen else branch.holders
    return Shape(branch.state, "", heading, holders, column, row, thief=branch.stolen)


def _grow(branch: Branch, column: int, row: int, shapes: list[Shape], lines: list[Line]) -> None:
    """Add the shapes of a branch, itself first, and the arrows to what grows out of it."""
    number = len(shapes)
    shapes.append(_shape(branch, column, row))
    for below in branch.branches:
        lines.append(Line(number, len(shapes)))
        _grow(below, column, row + 1, shapes, lines)
        column += below.width
