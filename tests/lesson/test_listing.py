"""A view's source as the stepper lists it: coloured, no docstring, labels as numbers."""

import pytest

from lesson.charting.listing import listing
from lesson.charting.source import read_source
from server import views


def plain(view) -> list[tuple[int, str, str]]:
    """Return number, step and text of each line."""
    lines = listing(read_source(view))
    return [(x.number, x.step, " " * x.indent + "".join(t for _, t in x.parts)) for x in lines]


def test_is_the_servers_own_view_listed_without_docstring_and_comments():
    assert plain(views.token)[:5] == [
        (1, "", '@views.post("/token")'),
        (2, "", "def token():"),
        (4, "", '    refresh_token = text_member("token")'),
        (5, "1", "    if refresh_token is None:"),
        (6, "", "        return refuse(401, 'No refresh token was sent: put it into the JSON "
         "member \"token\".')"),
    ]  # fmt: skip


def test_says_each_badge_what_the_label_said():
    labels = {line.step: line.label for line in listing(read_source(views.token)) if line.step}
    assert labels == {
        "1": "the request arrives; is a token present?",
        "2": "look it up in the store; is it there?",
        "3": "verify it; is it valid?",
        "4": "make a new access token",
        "5": "send the response",
    }


def labelled_above():
    # step 1: look; is it there?
    if views:
        return 1  # no label
    # a word of my own
    return 2  # step 2: send it


def test_stands_a_label_of_its_own_line_beside_the_next_one():
    assert plain(labelled_above) == [
        (1, "", "def labelled_above():"),
        (3, "1", "    if views:"),
        (4, "", "        return 1  # no label"),
        (5, "", "    # a word of my own"),
        (6, "2", "    return 2"),
    ]


def long_text():
    """Not shown.

    Nor this.
    """
    return """first
  second # step 9: no label
"""


def test_goes_a_text_over_several_lines_on_in_its_colour():
    lines = {line.number: line for line in listing(read_source(long_text))}
    assert 2 not in lines
    assert 5 not in lines
    assert lines[7].parts == (("string", "second # step 9: no label"),)
    assert lines[7].indent == 2
    assert lines[7].step == ""


def only_a_docstring():
    """Stay: without me nothing would be left."""


def on_one_line(): "Stay, for the line holds more than me."; return 1  # fmt: skip  # noqa: E702


@pytest.mark.parametrize("view", [only_a_docstring, on_one_line])
def test_is_a_docstring_kept_where_nothing_else_is_there(view):
    assert "Stay" in plain(view)[-1][2]


def test_is_a_view_without_source_listed_as_nothing():
    namespace = {}
    exec("def view(): return 1", namespace)
    assert listing(read_source(namespace["view"])) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [("return", "keyword"), ("in", "keyword"), ('"token"', "string"), ("403", "number")],
)
def test_is_the_source_coloured(text, kind):
    parts = [part for line in listing(read_source(views.token)) for part in line.parts]
    assert (kind, text) in parts
