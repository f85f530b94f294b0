"""Pages of HTML that load nothing and run nothing, whatever stands in them."""

import re
from typing import Any

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat.notebooknode import NotebookNode

from grading.printing import printable

POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
HEAD = "<head>"
LAB = "jp-Notebook"  # the class of a page whose cells HTMLExporter makes focusable
# Controls, and marks of direction: with these, code reads otherwise than it runs.
UNSEEN = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HELD = "held"  # says in nbgrader's resources that a page is to have no score
SCORE = re.compile(r" \(Score: [\d. /-]+\)")  # as nbgrader's template writes it at the top
UNNAMED = re.compile(r"<img\b(?![^>]*\balt\b)", re.IGNORECASE)


class _Whole(TemplateExporter):
    """Put a page aside in which there is nothing for HTMLExporter to mend."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        page, resources = super().from_notebook_node(nb, resources, **more)
        self.whole = "" if LAB in page or UNNAMED.search(page) else page
        return "" if self.whole else page, resources


class _Exporter(HTMLExporter, _Whole):
    """Parse no page in vain: half of its time is for images that may lack a text."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        mended, resources = super().from_notebook_node(nb, resources, **more)
        return self.whole or mended, resources


class SafePage(_Exporter):
    """Export a notebook as a page with a content security policy."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page, and what nbconvert says of it; raise ValueError where it has no head."""
        page, resources = super().from_notebook_node(nb, resources, **more)
        if resources.get("nbgrader", {}).get(HELD):
            page = SCORE.sub("", page, count=1)
        before, head, after = page.partition(HEAD)
        if not head:
            raise ValueError("this template makes a page without a head: it cannot be made safe")
        return spelled_out(f"{before}{head}{META}{after}"), resources


def spelled_out(page: str) -> str:
    """Return a page in which signs that turn a line round, or move a cursor, are to be read."""
    return UNSEEN.sub(lambda found: printable(found[0]), page)


def exporter() -> SafePage:
    """Return an exporter whose pages load nothing from the network."""
    return SafePage(template_name="lab", require_js_url="", mathjax_url="", mermaid_js_url="")
