"""The rules of the client exercise about a vault that others use too; examined after handing in."""

from collections.abc import Callable

from examiner.client.request import ScriptedAnswer, refusal
from examiner.client.rules import client_rule
from examiner.client.scripted_server import AHEAD, PAST
from examiner.client.subject import MANY, Client, Outcome, Scene, require
from examiner.vault import NEITHER, Pair

TABS = "Races · Two tabs, one token"
LOST = "Lost replies · A reply is lost"
VAULT = "The session is what the vault holds: look there before each request."
OVER = "An empty vault is a session that is over: nothing of it is to be sent or used."
OURS = "What /token answers is about the session that asked: look whether the vault still holds it."
LOCKED = 3  # calls while the device is locked


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
    outcome = _meanwhile(scene, lambda: scene.save(scene.server.issue()))
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


def _meanwhile(scene: Scene, act: Callable[[], None]) -> Outcome:
    """Return what comes of a call while whose POST /token the rest of the app acts."""
    refresh = scene.server.hold(refreshes=True)
    call = scene.start()
    scene.settle()
    scene.needs_refresh()
    act()
    scene.server.let_pass(refreshes=True)
    refresh.set()
    return scene.finish(call)


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


@client_rule(2, "A log-out or another log-in stays, whatever is under way.", TABS)
def stays_out(client: Client) -> None:
    client.works()
    with client.scene(first_life=AHEAD) as scene:
        _changes_hands(scene)
    with client.scene() as scene:
        _logs_out_during_the_page(scene)
    for script in ([], [refusal(403)]):
        for act in (_logs_out_during_the_refresh, _logs_in_during_the_refresh):
            with client.scene() as scene:
                scene.server.expire()
                scene.server.token_script.extend(script)
                act(scene, script)


def _changes_hands(scene: Scene) -> None:
    """Bob logs in between two calls, and out again; nothing is under way."""
    scene.get()
    bob = scene.server.log_in_another()
    scene.save(bob)
    _asks_for(scene, bob, "Bob has logged in", VAULT)
    scene.log_out()
    _asks_nothing(scene, "The user has logged out")


def _logs_out_during_the_page(scene: Scene) -> None:
    scene.server.expire()
    page = scene.server.hold(refreshes=False)
    call = scene.start()
    scene.settle()
    scene.log_out()
    page.set()
    scene.server.let_pass(refreshes=False)
    told = "The user logged out before the 401 of GET /me came"
    _brings_none(scene.finish(call), told)
    sent = [refresh.refresh for refresh in scene.server.refreshes]
    unsent = scene.server.issued[0][1] not in sent
    require(unsent, f"{told}: expected no refresh with R1, came POST /token.", OVER)
    _asks_nothing(scene, told)


def _logs_out_during_the_refresh(scene: Scene, script: list[ScriptedAnswer]) -> None:
    outcome = _meanwhile(scene, scene.log_out)
    told = f"The user logged out while POST /token was under way, which was {_answered(script)}"
    _holds(scene, NEITHER, told)
    unused = all(page.access == scene.server.issued[0][0] for page in scene.server.pages)
    require(unused, f"{told}: expected that no new token is used, came one.", OURS)
    _brings_none(outcome, told)
    _asks_nothing(scene, told)
    _holds(scene, NEITHER, told)


def _logs_in_during_the_refresh(scene: Scene, script: list[ScriptedAnswer]) -> None:
    bob = scene.server.log_in_another()
    _meanwhile(scene, lambda: scene.save(bob))
    told = f"Bob logged in while POST /token was under way, which was {_answered(script)}"
    _holds(scene, bob, told)
    _asks_for(scene, bob, told, OURS)
    _holds(scene, bob, told)


def _asks_for(scene: Scene, pair: Pair, told: str, idea: str) -> None:
    scene.server.forget()
    outcome = scene.get()
    asked = {page.access for page in scene.server.pages} == {pair[0]} and not scene.server.refreshes
    require(
        asked and outcome.status == 200,
        f"{told}: expected the next page with his access token alone, came: {outcome}.",
        idea,
    )


def _asks_nothing(scene: Scene, told: str) -> None:
    scene.server.forget()
    outcome = scene.get()
    require(
        outcome.raised, f"{told}: expected LoggedOut from the next call, came: {outcome}.", OVER
    )
    asked = f"{told}: expected no request from the next call, came one."
    require(not scene.server.seen, asked, OVER)


def _brings_none(outcome: Outcome, told: str) -> None:
    none = outcome.raised or outcome.status == 401
    require(none, f"{told}: expected LoggedOut or another error, came: {outcome}.", OVER)


def _answered(script: list[ScriptedAnswer]) -> str:
    return f"answered {script[0].status if script else 200} then"


def _holds(scene: Scene, pair: Pair, told: str) -> None:
    expected = "his tokens" if any(pair) else "nothing"
    held = scene.vault() == pair
    require(held, f"{told}: expected {expected} in the vault, came other contents.", OURS)


@client_rule(1, "Tokens that cannot be saved end no session.", LOST)
def unsaved(client: Client) -> None:
    client.works()
    for calls, times in ((1, "once"), (LOCKED, f"during {LOCKED} calls")):
        with client.scene(later_life=PAST) as scene:
            _cannot_save(scene, calls, f"The vault could not be written, {times}")


def _cannot_save(scene: Scene, calls: int, told: str) -> None:
    scene.refuse_saves(1 if calls == 1 else MANY)
    outcomes = [_call_expired(scene) for _ in range(calls)]
    scene.refuse_saves(0)
    idea = "Keep the new pair in memory and save it later, or try to write before you refresh."
    for outcome in outcomes:
        require(not outcome.over, f"{told}: expected the session to go on, came: {outcome}.", idea)
    later = scene.again()
    _sent_once(scene, told)
    require(later.status == 200, f"{told}: expected a page after it, came: {later}.", idea)
    newest = scene.vault() == scene.server.issued[-1]
    require(newest, f"{told}: expected the newest pair in it after the next page, came none.", idea)
    scene.server.expire()
    later = scene.again()
    _sent_once(scene, told)
    require(
        later.status == 200,
        f"{told}: expected the refresh after that to work, came: {later}.",
        idea,
    )


def _call_expired(scene: Scene) -> Outcome:
    scene.server.expire()
    return scene.get()


def _sent_once(scene: Scene, told: str) -> None:
    sent = [request.refresh for request in scene.server.refreshes]
    require(
        len(set(sent)) == len(sent),
        f"{told}: expected each refresh token once at /token, came one again.",
        "It is spent once the new pair has come, saved or not; sent again, it looks stolen.",
    )
