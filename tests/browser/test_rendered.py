"""The stored lessons as a web page: no kernel, no network, and yet picture and table."""

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter

from lesson.widgets.stored import WIDGET

STEPPERS = {
    "01_two_tokens": ["explore"],
    "02_the_token_route": ["step-valid", "beside"],
    "03_why_it_is_built_so": ["stop-run"],
    "06_read_the_store": ["oracle-repair"],
    "07_rotation": ["rotate-step", "reuse-run"],
}
LOADED = "image => image.decode().then(() => image.naturalHeight)"


@pytest.fixture(scope="module")
def offline(new_page):
    """A page that reaches nothing; what it asked for all the same is in `asked`."""
    page = new_page(offline=True)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()


@pytest.fixture
def page(offline):
    """That page, blank and without a request."""
    offline.goto("about:blank")
    offline.asked.clear()
    return offline


@pytest.mark.parametrize("lesson", STEPPERS)
def test_shows_a_page_without_kernel_and_network_picture_and_table(repository, page, lesson):
    notebook = nbformat.read(repository / f"notebooks/{lesson}.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id in STEPPERS[lesson]]
    assert len(notebook.cells) == len(STEPPERS[lesson])
    exporter = HTMLExporter(
        template_name="lab", require_js_url="", mathjax_url="", mermaid_js_url=""
    )
    html, _ = exporter.from_notebook_node(notebook)
    page.set_content(html)
    images = page.locator(".jp-OutputArea img").all()
    assert len(images) == len(notebook.cells)
    assert all(image.evaluate(LOADED) > 200 for image in images)
    assert all(len(image.get_attribute("alt")) > 100 for image in images)
    twins = page.locator(".jp-OutputArea").locator("table, ul")
    assert twins.count() == len(notebook.cells)
    assert all(twin.is_visible() for twin in twins.all())
    assert not [url for url in page.asked if not url.startswith(("data:", "about:"))]


def test_holds_no_stored_notebook_a_widget_that_no_kernel_knows(repository):
    for path in repository.glob("notebooks/*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert WIDGET not in text
        assert '"widgets"' not in text
