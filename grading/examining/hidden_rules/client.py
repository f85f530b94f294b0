"""The rules of the client exercise that are examined after handing in."""

import threading
from itertools import chain, islice

from examiner.client.request import DROPPED, LATE, PORTAL, ScriptedAnswer, refusal
from examiner.client.rules import CALLS, REFUSALS, client_rule
from examiner.client.scripted_server import PAST
from examiner.client.subject import Client, Outcome, Scene, require
from examiner.rule import Rule
from grading.examining.hidden_rules.client_vault import LOST, TABS, shares, stays_out, unsaved

STOLEN = "Use a copied token · Send it again"
ROUNDS = 8  # of one session after another refresh
PAGES, LONG_PAST = 10, -24 * 60 * 60
BODIES = {
    "no refresh token": {"accessToken": "A"},
    "no access token": {"refreshToken": "R"},
    "null for the access token": {"accessToken": None, "refreshToken": "R"},
    "a number for the refresh token": {"accessToken": "A", "refreshToken": 7},
    "a list": ["A", "R"],
}
TROUBLES = {
    **{f"was answered {status}": refusal(status) for status in (400, 404, 429, 500, 502, 503)},
    "was answered 302": ScriptedAnswer(302, {}, location="/welcome"),
    "was answered too late": LATE,
    "was not answered, the connection broke": DROPPED,
    "was answered by the train's Wi-Fi page": PORTAL,
    **{f"was answered 200 with {what}": ScriptedAnswer(200, body) for what, body in BODIES.items()},
}


@client_rule(3, "All calls that wait share one refresh.", TABS)
def single(client: Client) -> None:
    client.works()
    for act in (_together, _straggler, _in_vain, _refused):
        with client.scene(together=True) as scene:
            scene.server.expire()
            act(scene)
    between: set[int] = set()
    for _ in client.places():
        with client.scene(together=True) as scene:
            _overtaken(scene, between)
    places = client.places(between)
    for _ in places:
        with client.scene(later_life=PAST, together=True) as scene:
            for _ in chain([None], islice(places, ROUNDS)):
                _met(scene)


def _all_wait(scene: Scene) -> tuple[list[int], threading.Event]:
    """The 401s of five calls come together; return the calls, and what lets refreshes pass."""
    pages, refresh = scene.server.hold(refreshes=False), scene.server.hold(refreshes=True)
    calls = [scene.start() for _ in range(CALLS)]
    scene.settle()
    scene.server.let_pass(refreshes=False)
    pages.set()
    scene.settle()
    _once(scene, "a second one while the first was under way")
    return calls, refresh


def _together(scene: Scene) -> None:
    """A save takes its time while calls wait for the refresh."""
    calls, refresh = _all_wait(scene)
    scene.server.hold(refreshes=True)
    scene.slow_saves(True)
    refresh.set()
    scene.settle()
    calls.append(scene.start())
    scene.settle()
    _once(scene, "a second one while the new tokens were being saved")
    new = scene.server.issued[-1][0]
    early = any(request.access == new for request in scene.server.pages)
    scene.slow_saves(False)
    scene.settle()
    require(
        not early or scene.vault()[0] != new,  # who never saves breaks saves_first
        "While the new tokens were being saved: expected no page asked for with A2, came one.",
        "Who waits gets the new token once it is in the vault: after a crash R1 would be spent.",
    )
    _once(scene, "a second one from a call that had waited for the first")
    _served(scene, dict.fromkeys(calls, "/me"))


def _straggler(scene: Scene) -> None:
    """A 401 for the old token arrives when another call has refreshed."""
    late = scene.server.hold(refreshes=False)
    slow = scene.start("/slow")
    scene.settle()
    scene.server.let_pass(refreshes=False)
    quick = scene.start("/quick")
    scene.settle()
    late.set()
    scene.settle()
    require(
        len(scene.server.refreshes) == 1,
        "A 401 for A1 came after the refresh: expected A2 to be used, came a second refresh.",
        "Compare the token that was sent with the one you have by now.",
    )
    _served(scene, {slow: "/slow", quick: "/quick"})


def _in_vain(scene: Scene) -> None:
    """No call waits for ever where the refresh that it waits for fails."""
    scene.server.token_script.extend([refusal(503)] * 2)
    refresh = scene.server.hold(refreshes=True)
    calls = [scene.start() for _ in range(2)]
    scene.settle()
    refresh.set()
    outcomes = [scene.finish(call) for call in calls]
    if any(outcome.over for outcome in outcomes):
        return  # that the session goes on is for the rule survives
    scene.server.token_script.clear()
    later = scene.again()
    require(
        later.status == 200,
        f"A refresh that two calls waited for has failed: expected the next to work, came {later}.",
        "What says that a refresh is under way has to go when it fails, too.",
    )


def _refused(scene: Scene) -> None:
    """The refresh that five calls wait for is answered 403."""
    scene.server.token_script.append(refusal(403))
    calls, refresh = _all_wait(scene)
    scene.server.let_pass(refreshes=True)
    refresh.set()
    over = [scene.finish(call).over for call in calls]
    if all(over) and not any(scene.vault()):  # else it is for the rule ends
        _once(scene, "another one after a 403")


def _overtaken(scene: Scene, between: set[int]) -> None:
    """Hold a call at a place and let another one overtake it.

    Add places to those `between` the 401 and the refresh.
    """
    scene.server.expire()
    held, place = scene.start_and_hold()
    if place:
        if scene.server.pages and not scene.server.refreshes:
            between.add(scene.place)
        other = scene.overtake()
        scene.resume()
        for call in (held, other):
            scene.finish(call)
        _once_at(scene, place)


def _met(scene: Scene) -> None:
    """Hold a call at a place until another one waits for the answer to its refresh."""
    scene.server.forget()
    scene.server.expire()
    held, place = scene.start_and_hold()
    refresh = scene.server.hold(refreshes=True)
    other = scene.overtake() if place else held
    scene.resume_and_follow(held)
    refresh.set()
    scene.server.let_pass(refreshes=True)
    for call in {held, other}:
        scene.finish(call)
    if place:
        _once_at(scene, place)


def _once_at(scene: Scene, place: str) -> None:
    require(
        len(scene.server.refreshes) <= 1,  # where there is none, other rules are broken
        f"Two calls at once, the first held before {place} of your cell: expected one "
        "POST /token, came a second one.",
        "Between a look and what follows from it another call can pass: lock both together.",
    )


def _once(scene: Scene, what: str) -> None:
    require(
        len(scene.server.refreshes) == 1,
        f"{CALLS} calls at once were answered 401: expected one POST /token, came {what}.",
        "One refreshes, the others wait and then look: with rotation, the second looks like a "
        "thief.",
    )


def _served(scene: Scene, paths: dict[int, str]) -> None:
    for call, path in paths.items():
        outcome = scene.finish(call)
        require(
            outcome.brings(path),
            f"A call whose access token another call has refreshed: expected its page, came: "
            f"{outcome}.",
            "Who waits for a refresh asks again with the new token.",
        )


@client_rule(2, "Trouble at /token ends no session.", LOST)
def survives(client: Client) -> None:
    client.works()
    with client.scene() as scene:
        scene.server.expire()
        before = ""
        for trouble, answer in TROUBLES.items():
            outcome = _asked(scene, answer)
            _tries_again(scene, before)
            _unharmed(scene, f"POST /token {trouble}", outcome)
            before = trouble
        scene.server.forget()
        later = scene.again()
        require(
            later.status == 200,
            f"The trouble at /token has passed: expected a refresh and the page, came: {later}.",
            "The refresh token in the vault is as good as before.",
        )


def _tries_again(scene: Scene, before: str) -> None:
    require(
        scene.server.refreshes,
        f"POST /token {before}: expected the next call to refresh, came no POST /token.",
        "The trouble may have passed, and the refresh token in the vault is as good as before.",
    )


def _unharmed(scene: Scene, trouble: str, outcome: Outcome) -> None:
    refreshes = scene.server.refreshes
    require(
        len(refreshes) == 1 and all(page.path == "/me" for page in scene.server.pages),
        f"{trouble}: expected no second try within this call, came one.",
        "Nobody knows whether the token is spent by now; sent twice at once, it looks stolen.",
    )
    require(
        not refreshes[0].endless,
        "POST /token: expected a time limit, came timeout=None.",
        "An answer that never comes would keep the call, and all who wait for it, for ever.",
    )
    _goes_on(scene, trouble, outcome)
    require(
        outcome.raised or outcome.status == 401,
        f"{trouble}: expected an error or the page's 401, came: {outcome}.",
        "The caller asked for a page, and has to learn that none came.",
    )


def _asked(scene: Scene, answer: ScriptedAnswer) -> Outcome:
    """Return what comes of a call that meets such an answer of /token, or of the next call."""
    scene.server.forget()
    scene.server.token_script.append(answer)
    outcome = scene.get()
    if not scene.server.refreshes:
        outcome = scene.get()
    scene.server.token_script.clear()
    return outcome


def _goes_on(scene: Scene, trouble: str, outcome: Outcome) -> None:
    idea = "Only a 403 of /token says that the session is over."
    gone = f"{trouble}: expected the session to go on, came: {outcome}."
    require(not outcome.over, gone, idea)
    same = scene.vault() == scene.server.issued[-1]
    require(same, f"{trouble}: expected the vault as it was, came other contents.", idea)


@client_rule(1, "One call refreshes once at most.", REFUSALS)
def bounded(client: Client) -> None:
    with client.scene() as scene:
        scene.server.expire()
        scene.server.page_script.extend([refusal(401)] * 100)
        outcome = scene.get()
        scene.needs_refresh()
        _stopped(scene, "GET /me was answered 401 even to A2")
        require(
            not outcome.over and any(scene.vault()),
            "GET /me was answered 401 even to A2: expected that the session goes on, "
            f"came: {outcome if outcome.over else 'an empty vault'}.",
            "Only a 403 of /token says that the session is over.",
        )
    with client.scene() as scene:
        scene.server.expire()
        scene.server.token_script.extend([refusal(401)] * 100)
        outcome = scene.get()
        _stopped(scene, "POST /token was answered 401")
        _goes_on(scene, "POST /token was answered 401", outcome)
    with client.scene() as scene:
        _others_tokens_are_refused(scene)
    with client.scene(LONG_PAST, LONG_PAST) as scene:
        _wrong_clock(scene)


def _stopped(scene: Scene, what: str) -> None:
    require(
        len(scene.server.refreshes) <= 1 and len(scene.server.pages) <= 2,
        f"{what}: expected an end with one POST /token, came further requests.",
        "What one refresh has not cured, the next will not: tell the caller.",
    )


def _others_tokens_are_refused(scene: Scene) -> None:
    """Another tab saves while the 401 is on its way, and its access token has expired by now."""
    scene.server.expire()
    page = scene.server.hold(refreshes=False)
    call = scene.start()
    scene.settle()
    scene.save(scene.server.issue())
    scene.server.expire()
    scene.server.let_pass(refreshes=False)
    page.set()
    scene.finish(call)
    _stopped(scene, "GET /me was answered 401, and again to what another tab had saved")


def _wrong_clock(scene: Scene) -> None:
    """By the clock of this device each access token has expired when it comes."""
    for _ in range(PAGES):
        scene.get()
    require(
        len(scene.server.refreshes) <= 1,
        f"{PAGES} pages, each with a token that the server takes and whose exp is past: expected "
        f"no refresh, came {len(scene.server.refreshes)}.",
        "A clock that is wrong makes every new token look old: wait for the 401.",
    )


@client_rule(1, "The refresh token is for /token alone.", STOLEN)
def secret(client: Client) -> None:
    with client.scene() as scene:
        scene.refresh()
        scene.get("/orders")
        for _, token in scene.server.issued:
            require(
                not any(request.shows(token) for request in scene.server.pages),
                "A page's request: expected the access token alone, came the refresh token too.",
                "It is good for weeks: each place that sees it is one to steal it from.",
            )
            require(
                not any(request.shows(token, body=False) for request in scene.server.refreshes),
                "POST /token: expected the refresh token in the body alone, came elsewhere too.",
                "Addresses and headers end up in logs.",
            )
        changed = ", ".join(scene.changed_settings())
        require(
            not changed,
            f"The http that you are given: expected it as it was, came other settings ({changed}).",
            "Others send through it too: give each request of yours what it needs.",
        )


RULES: tuple[Rule, ...] = (single, survives, bounded, secret, shares, stays_out, unsaved)
