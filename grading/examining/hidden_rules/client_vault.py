"""The rules of the client exercise about a vault that others use too; examined after handing in."""

import threading

from examiner.client.request import refusal
from examiner.client.rules import client_rule
from examiner.client.scripted_server import PAST
from examiner.client.subject import Client, Scene, require

TABS = "Lesson 6 · Two tabs, one token"
LOST = "Lesson 6 · A reply is lost"


@client_rule(1, "What another tab has saved is used.", TABS)
def shares(client: Client) -> None:
    for act in (_has_saved, _saves_during_the_page, _saves_during_the_refresh, _two_processes):
        with client.scene(later_life=PAST, together=act is _two_processes) as scene:
            act(scene)


def _has_saved(scene: Scene) -> None:
    """Another tab has refreshed; later its access token expires too."""
    scene.refresh()
    scene.server.forget()
    scene.save(scene.server.issue())
    outcome = scene.get()
    require(
        not scene.server.refreshes,
        "Another tab has refreshed and saved: expected its tokens to be used, came a refresh.",
        "What you remember is spent by now; look into the vault before you refresh.",
    )
    require(
        outcome.status == 200,
        f"Another tab has refreshed and saved: expected the page, came: {outcome}.",
        "Its access token is in the vault and good.",
    )
    saved = scene.server.issued[-1][1]
    scene.server.expire()
    outcome = scene.again()
    require(
        scene.server.refreshes and scene.server.refreshes[0].refresh == saved,
        "The access token that another tab saved has expired: expected a refresh with the refresh "
        "token that it saved, came none.",
        "What is in the vault is the session, whoever has put it there.",
    )
    require(
        outcome.status == 200,
        f"The access token that another tab saved has expired: expected a refresh and the page, "
        f"came: {outcome}.",
        "What is in the vault is the session, whoever has put it there.",
    )


def _saves_during_the_page(scene: Scene) -> None:
    """Another process refreshes while the 401 of this one is on its way."""
    scene.server.expire()
    pages = scene.server.hold(refreshes=False)
    call = scene.start()
    scene.settle()
    scene.save(scene.server.issue())
    scene.server.let_pass(refreshes=False)
    pages.set()
    outcome = scene.finish(call)
    require(
        not scene.server.refreshes,
        "Another process has refreshed and saved before the 401 came: expected its tokens to be "
        "used, came a refresh.",
        "Between your request and its 401 others go on: look into the vault after the 401.",
    )
    require(
        outcome.status == 200,
        f"Another process has refreshed and saved before the 401 came: expected the page, came: "
        f"{outcome}.",
        "Its access token is in the vault and good.",
    )


def _saves_during_the_refresh(scene: Scene) -> None:
    """Another process refreshes first, while POST /token of this one is under way."""
    scene.server.expire()
    refresh = scene.server.hold(refreshes=True)
    call = scene.start()
    scene.settle()
    scene.needs_refresh()
    scene.save(scene.server.issue())
    scene.server.let_pass(refreshes=True)
    refresh.set()
    outcome = scene.finish(call)
    told = "Another process has saved new tokens before POST /token was answered 403"
    idea = "The 403 is about the token that you sent, and the vault holds a newer one by now."
    same = scene.vault() == scene.server.issued[-1]
    require(same, f"{told}: expected those in the vault, came other contents.", idea)
    require(not outcome.over, f"{told}: expected the session to go on, came: {outcome}.", idea)
    later = outcome if outcome.status == 200 else scene.get()
    require(
        later.status == 200 and len(scene.server.refreshes) == 1,
        f"{told}: expected the page with the new tokens, now or by the next call, came: {later}.",
        idea,
    )


def _two_processes(scene: Scene) -> None:
    """The 401s of two processes come together."""
    scene.server.expire()
    pages, refresh = scene.server.hold(refreshes=False), scene.server.hold(refreshes=True)
    with scene.other_process() as other:
        here, there = scene.start(), other.start()
        scene.settle()
        scene.server.let_pass(refreshes=False)
        pages.set()
        scene.settle()
        scene.needs_refresh()
        _once(scene)
        scene.server.let_pass(refreshes=True)
        refresh.set()
        outcomes = scene.finish(here), other.finish(there)
        _once(scene)
    for outcome in outcomes:
        require(
            outcome.status == 200,
            f"Two processes were answered 401 at once: expected a page for each, came: {outcome}.",
            "Who waits for another process's refresh asks again with its tokens.",
        )


def _once(scene: Scene) -> None:
    require(
        len(scene.server.refreshes) == 1,
        "Two processes with one vault were answered 401 at once: expected one POST /token, came "
        "a second one.",
        "A lock in memory is not seen by another process: vault.lock() is.",
    )


@client_rule(2, "A log-out or another log-in during a refresh stays.", TABS)
def stays_out(client: Client) -> None:
    with client.scene() as scene:
        _logged_out(scene)
    for status in (200, 403):
        with client.scene() as scene:
            _another_user(scene, status)


def _logged_out(scene: Scene) -> None:
    refresh, call = _under_way(scene)
    scene.log_out()
    scene.server.let_pass(refreshes=True)
    refresh.set()
    outcome = scene.finish(call)
    told = "The user logged out while POST /token was under way"
    idea = "Put new tokens there only where the vault still holds those that you sent."
    require(not any(scene.vault()), f"{told}: expected an empty vault, came tokens.", idea)
    new = scene.server.issued[-1][0]
    used = any(request.access == new for request in scene.server.pages)
    kept = not used and (outcome.raised or outcome.status == 401)
    require(kept, f"{told}: expected an error and no use of A2, came: {outcome}.", idea)
    later = scene.get()
    same = later.over and not any(request.access == new for request in scene.server.pages)
    require(same, f"{told}: expected LoggedOut from the next call, came: {later}.", idea)
    require(not any(scene.vault()), f"{told}: expected an empty vault, later came tokens.", idea)


def _another_user(scene: Scene, status: int) -> None:
    refresh, call = _under_way(scene)
    if status == 403:
        scene.server.token_script.append(refusal(403))
    another = scene.server.log_in_another()
    scene.save(another)
    scene.server.let_pass(refreshes=True)
    refresh.set()
    scene.finish(call)
    require(
        scene.vault() == another,
        f"Another user logged in while POST /token was under way, which was answered {status}: "
        "expected that user's tokens in the vault, came other contents.",
        "The answer is about the tokens that you sent, and others are in the vault by now.",
    )


def _under_way(scene: Scene) -> tuple[threading.Event, int]:
    scene.server.expire()
    refresh = scene.server.hold(refreshes=True)
    call = scene.start()
    scene.settle()
    scene.needs_refresh()
    return refresh, call
