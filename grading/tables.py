"""Sentences and tables of the class report as HTML; whatever students wrote is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape

from IPython.display import HTML

LONGEST = 400  # characters of one text in a cell
STYLE = """<style>
main { max-width: 72rem; margin: 0 auto; }
main .jp-RenderedHTMLCommon { font-size: 16px; line-height: 1.5; }
main h2 { margin-top: 2.2rem; padding-top: 1rem; border-top: 1px solid #c9ced6; }
main figure { margin: 0 0 1rem; }
main figure img { display: block; max-width: 100%; height: auto; }
main .jp-RenderedHTMLCommon table { width: 100%; margin: 0 0 1rem; font-size: 15px;
  table-layout: auto; border-collapse: collapse; }
main .jp-RenderedHTMLCommon caption { text-align: left; padding: .3rem 0; color: #3d4653; }
main .jp-RenderedHTMLCommon :is(td, th) { text-align: left; vertical-align: top;
  padding: .35rem .8rem .35rem .3rem; line-height: 1.4; overflow-wrap: anywhere; }
main .jp-RenderedHTMLCommon thead th { border-bottom: 2px solid #5b6675; vertical-align: bottom; }
main .jp-RenderedHTMLCommon tbody tr { border-bottom: 1px solid #dde1e7; }
main .jp-RenderedHTMLCommon tbody th { font-weight: 600; }
main .jp-RenderedHTMLCommon .number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
main .jp-RenderedHTMLCommon .names { columns: 14rem; overflow-wrap: anywhere; }
</style>"""


def style() -> HTML:
    """Return the report's look."""
    return HTML(STYLE)


def text(words: object) -> str:
    """Return words as HTML: escaped, of limited length, unprintable signs made visible.

    A sign that turns the direction of writing could show another name than it says.
    """
    said = str(words)
    shown = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
    safe = "".join(sign if sign.isprintable() or sign == "\n" else "�" for sign in shown)
    return escape(safe).replace("\n", "<br>")


def sentences(lines: Iterable[str]) -> HTML:
    """Return sentences as a list; one alone as a paragraph."""
    items = [text(line) for line in lines]
    if len(items) == 1:
        return HTML(f"<p>{items[0]}</p>")
    return HTML("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")


def names(students: Iterable[str]) -> HTML:
    """Return names as a list in columns."""
    items = "".join(f"<li>{text(student)}</li>" for student in students)
    return HTML(f'<ul class="names">{items}</ul>')


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HTML:
    """Return a table; the first cell of each row names it, and numbers stand on the right."""
    body = [list(row) for row in rows]
    # Names and ids stand on the left even where they look like numbers.
    numeric = [k > 0 and all(_is_number(row[k]) for row in body) for k in range(len(head))]
    names = "".join(_cell("th", "col", *pair) for pair in zip(head, numeric, strict=True))
    lines = "".join(f"<tr>{_row(row, numeric)}</tr>" for row in body)
    return HTML(
        f"<table><caption>{text(caption)}</caption>"
        f"<thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>"
    )


def percent(share: float | None) -> str:
    """Return a share in whole per cent, as in: 43 %."""
    return "no points" if share is None else f"{share * 100:.0f} %"


def number(value: float | None) -> str:
    """Return a number with two places, or that it cannot be told."""
    return "cannot be told" if value is None else f"{value:.2f}"


def _row(row: list[object], numeric: list[bool]) -> str:
    first, *rest = zip(row, numeric, strict=True)
    return _cell("th", "row", *first) + "".join(_cell("td", "", *pair) for pair in rest)


def _cell(tag: str, scope: str, words: object, number: bool) -> str:
    where = f' scope="{scope}"' if scope else ""
    kind = ' class="number"' if number else ""
    return f"<{tag}{where}{kind}>{text(words)}</{tag}>"


def _is_number(words: object) -> bool:
    return str(words).removesuffix(" %").replace(".", "", 1).removeprefix("-").isdecimal()
