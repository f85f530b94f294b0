"""What real servers do: one question, the answer of each product, and where that was read."""

import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from examiner.mistake import Mistake
from lesson.tracing.layout import aligned

READ = Path(__file__).parent / "products.toml"
HEAD = ("product", "answer", "read in")


def products(question: str) -> "Products":
    """Return what each product does, with sources; raise Mistake for a question not asked."""
    asked = read_products()["question"]
    if question not in asked:
        raise Mistake(f'Nobody was asked "{question}": choose one of {", ".join(asked)}.')
    return Products(question)


@cache
def read_products() -> dict[str, Any]:
    """Return questions, products and sources as products.toml has them."""
    return tomllib.loads(READ.read_text(encoding="utf-8"))


class Products:
    """Show the answers to one question, as a table with links and as lines of text."""

    def __init__(self, question: str) -> None:
        told = read_products()
        self.question = told["question"][question]
        self.rows = [(p["name"], *p[question]) for p in told["product"] if question in p]

    def __repr__(self) -> str:
        """Return a line a product: name, answer, where it was read."""
        lines = [(name, says, "; ".join(sources)) for name, says, *sources in self.rows]
        return "\n".join([self.question, *aligned(lines)])

    def _repr_html_(self) -> str:
        rows = [(escape(name), escape(says), _links(sources)) for name, says, *sources in self.rows]
        table = "".join(_row("td", cells) for cells in rows)
        return f"<table><caption>{self.question}</caption>{_row('th', HEAD)}{table}</table>"


def _links(sources: list[str]) -> str:
    addresses = read_products()["source"]
    return "; ".join(f'<a href="{addresses[name]}">{escape(name)}</a>' for name in sources)


def _row(tag: str, cells: tuple[str, ...]) -> str:
    """Return a row; JupyterLab would align its cells to the right."""
    begin, end = f'<{tag} style="text-align: left">', f"</{tag}>"
    return f"<tr>{begin}{f'{end}{begin}'.join(cells)}{end}</tr>"
