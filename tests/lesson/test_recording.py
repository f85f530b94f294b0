"""A target says where a request reaches a view; it is made once, and asked without another app."""

from dataclasses import FrozenInstanceError

import pytest
from flask import Flask, jsonify

from lesson import course, record, scenarios, start_course, step
from lesson.scenarios import Stage
from lesson.tracing import recording
from lesson.tracing.recording import Target, address
from server import views
from server.views import token


def refresh():
    return jsonify(accessToken="a-1")


@pytest.fixture
def no_new_app(monkeypatch):
    """A running course, after which an app that is built is an error."""
    start_course()

    def refuse(**parts):
        pytest.fail("an app was built")

    for module in (course, scenarios):
        monkeypatch.setattr(module, "create_app", refuse)


@pytest.mark.parametrize(
    ("view", "where"),
    [
        (token, ("POST", "/token")),
        (refresh, ("POST", "/token")),
        (views.me, ("GET", "/me")),
        (views.logout, ("DELETE", "/logout")),
    ],
    ids=["token", "a view of one's own", "me", "logout"],
)
def test_is_an_address_told_without_a_new_app(view, where, no_new_app):
    assert address(view) == where


@pytest.mark.parametrize("view", [token, refresh, views.me, views.logout])
def test_is_the_address_where_a_request_goes(view, monkeypatch):
    """With a running course and without one."""
    for running in (course.running_course, lambda: None):
        monkeypatch.setattr(recording, "running_course", running)
        assert record(view, {}).request == " ".join(address(view))


def test_is_an_app_of_ones_own_found_by_its_view(monkeypatch):
    app = Flask("own")
    app.add_url_rule("/renewed", view_func=refresh, methods=["PUT"])
    monkeypatch.setitem(globals(), "own_app", app)
    assert address(refresh) == ("PUT", "/renewed")
    assert step(refresh, {}).view["path"] == "PUT /renewed"
    assert record(refresh, {}).request == "PUT /renewed"


def test_is_a_target_made_once_and_frozen():
    target = Target.mounted(Stage().app, refresh)
    assert (target.address, target.view) == (("POST", "/token"), refresh)
    with pytest.raises(FrozenInstanceError):
        target.path = "/me"


def test_does_a_view_of_the_server_keep_its_place():
    app = Stage().app
    before = dict(app.view_functions)
    assert Target.mounted(app, views.me).address == ("GET", "/me")
    assert app.view_functions == before
