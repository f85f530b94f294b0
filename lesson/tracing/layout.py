"""Lay out the rows of a table, as HTML and as lines of text."""

from collections.abc import Sequence
from html import escape


def html_table(head: Sequence[str], rows: list[tuple[str, ...]]) -> str:
    """Return a table that every front end shows, JupyterLab's right-aligned cells put right."""
    names = _html_row("th", head)
    return f"<table>{names}{''.join(_html_row('td', row) for row in rows)}</table>"


def _html_row(tag: str, texts: Sequence[str]) -> str:
    cells = (f'<{tag} style="text-align: left">{escape(text)}</{tag}>' for text in texts)
    return f"<tr>{''.join(cells)}</tr>"


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows of a table as lines of text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
