"""Sentences and tables of the class report as HTML; whatever students wrote is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape

from IPython.display import HTML

LONGEST = 400  # characters of one text in a cell
LONG = 40  # characters, beyond which a column gets room to wrap in
STYLE = """<style>
main { max-width: 70rem; margin: 0 auto; }
main .jp-RenderedHTMLCommon { padding: 0 1rem; font-size: 16px; line-height: 1.5; }
main .jp-RenderedHTMLCommon p { max-width: 46rem; }
main .jp-RenderedHTMLCommon h2 { margin-top: 2rem; padding-top: 1rem;
  border-top: 1px solid #c9ced6; }
main .jp-RenderedHTMLCommon figure { margin: 0 0 1rem; }
main .jp-RenderedHTMLCommon figure img { display: block; max-width: 100%; height: auto; }
main .jp-RenderedHTMLCommon .names { columns: 14rem; overflow-wrap: anywhere; }
main .jp-RenderedHTMLCommon table { width: auto; min-width: min(24rem, 100%); margin: 0 0 1.5rem;
  font-size: 15px; table-layout: auto; }
main .jp-RenderedHTMLCommon table caption { padding: 0 0 .4rem; text-align: left;
  font-weight: 600; white-space: nowrap; }
main .jp-RenderedHTMLCommon table :is(thead, tbody) tr :is(td, th) { max-width: none;
  padding: .35rem .5rem; line-height: 1.4; text-align: left !important; vertical-align: top; }
main .jp-RenderedHTMLCommon table thead tr th { border-bottom: 2px solid #5b6675;
  font-weight: 600; vertical-align: bottom; }
main .jp-RenderedHTMLCommon table tbody :is(td, th) { overflow-wrap: anywhere; }
main .jp-RenderedHTMLCommon table tbody th { min-width: 5rem; font-weight: 600; }
main .jp-RenderedHTMLCommon table tbody .long { min-width: 9rem; }
@media (max-width: 740px) {
  main .jp-RenderedHTMLCommon table :is(td, th, .long) { min-width: 0; overflow-wrap: anywhere; }
  main .jp-RenderedHTMLCommon table caption { white-space: normal; }
}
main .jp-RenderedHTMLCommon table :is(thead, tbody) tr .number { text-align: right !important;
  font-variant-numeric: tabular-nums; }
main .jp-RenderedHTMLCommon table tbody .number { white-space: nowrap; }
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
    kinds = [_kind([row[k] for row in body], first=k == 0) for k in range(len(head))]
    top = "".join(_cell("th", "col", *pair) for pair in zip(head, kinds, strict=True))
    lines = "".join(f"<tr>{_row(row, kinds)}</tr>" for row in body)
    return HTML(
        f"<table><caption>{text(caption)}</caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"
    )


def percent(share: float | None) -> str:
    """Return a share in whole per cent, as in: 43 %."""
    return "no points" if share is None else f"{share * 100:.0f} %"


def number(value: float | None) -> str:
    """Return a number with two places, or that it cannot be told."""
    return "cannot be told" if value is None else f"{value:.2f}"


def _row(row: list[object], kinds: list[str]) -> str:
    first, *rest = zip(row, kinds, strict=True)
    return _cell("th", "row", *first) + "".join(_cell("td", "", *pair) for pair in rest)


def _cell(tag: str, scope: str, words: object, kind: str) -> str:
    where = f' scope="{scope}"' if scope else ""
    look = f' class="{kind}"' if kind else ""
    return f"<{tag}{where}{look}>{text(words)}</{tag}>"


def _kind(column: list[object], first: bool) -> str:
    """Return how a column looks; ids in the first one are names even where they are digits."""
    if max(len(str(words)) for words in column) > LONG:
        return "long"
    return "number" if not first and all(map(_is_number, column)) else ""


def _is_number(words: object) -> bool:
    return str(words).removesuffix(" %").replace(".", "", 1).removeprefix("-").isdecimal()
