"""Lay out the rows of a table, as HTML and as lines of text."""

from collections.abc import Collection, Sequence
from html import escape


def html_table(head: Sequence[str], rows: list[tuple[str, ...]], code: Collection[int] = ()) -> str:
    """Return a table that every front end shows, JupyterLab's right-aligned cells put right.

    What stands in the columns of numbers `code` is shown as code.
    """
    names = _html_row("th", head, ())
    return f"<table>{names}{''.join(_html_row('td', row, code) for row in rows)}</table>"


def _html_row(tag: str, texts: Sequence[str], code: Collection[int]) -> str:
    shown = (_html_cell(text, column in code) for column, text in enumerate(texts))
    cells = (f'<{tag} style="text-align: left">{cell}</{tag}>' for cell in shown)
    return f"<tr>{''.join(cells)}</tr>"


def _html_cell(text: str, is_code: bool) -> str:
    return f"<code>{escape(text)}</code>" if is_code and text else escape(text)


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows of a table as lines of text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
