"""The rules of the client exercise that are examined after handing in."""

from examiner.client.request import DROPPED, LATE, PORTAL, refusal
from examiner.client.rules import REFUSALS, client_rule
from examiner.client.subject import Client, Outcome, Scene, require
from examiner.rule import Rule

STOLEN = "Lesson 4 · Use a copied token"
TABS = "Lesson 6 · Two tabs, one token"
LOST = "Lesson 6 · A reply is lost"
CALLS = 5
TROUBLES = {
    "was answered 500": refusal(500),
    "was answered 503": refusal(503),
    "was answered too late": LATE,
    "was not answered, the connection broke": DROPPED,
    "was answered by the train's Wi-Fi page": PORTAL,
}


@client_rule(3, "All calls that wait share one refresh.", TABS)
def single(client: Client) -> None:
    client.works()
    for act in (_together, _straggler, _in_vain):
        with client.scene(together=True) as scene:
            scene.server.expire()
            act(scene)
    for _ in client.places():
        with client.scene(together=True) as scene:
            _overtaken(scene)


def _together(scene: Scene) -> None:
    """The 401s of five calls come together; a save takes its time."""
    server = scene.server
    pages, refresh = server.hold(refreshes=False), server.hold(refreshes=True)
    calls = [scene.start() for _ in range(CALLS)]
    scene.settle()
    server.let_pass(refreshes=False)
    pages.set()
    scene.settle()
    _once(scene, "a second one while the first was under way")
    server.hold(refreshes=True)
    scene.slow_saves(True)
    refresh.set()
    scene.settle()
    _once(scene, "a second one while the new tokens were being saved")
    scene.slow_saves(False)
    scene.settle()
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
    for call in calls:
        scene.finish(call)


def _overtaken(scene: Scene) -> None:
    """Hold a call at a place and let another one overtake it."""
    scene.server.expire()
    held, place = scene.start_and_hold()
    if place:
        other = scene.overtake()
        scene.resume()
        for call in (held, other):
            scene.finish(call)
        require(
            len(scene.server.refreshes) == 1,
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
    for trouble, answer in TROUBLES.items():
        with client.scene() as scene:
            scene.server.expire()
            scene.server.token_script.append(answer)
            _unharmed(scene, f"POST /token {trouble}", scene.get())


def _unharmed(scene: Scene, trouble: str, outcome: Outcome) -> None:
    require(
        len(scene.server.refreshes) == 1,
        f"{trouble}: expected no second try within this call, came one.",
        "Nobody knows whether the token is spent by now; sent twice at once, it looks stolen.",
    )
    idea = "Only a 403 of /token says that the session is over."
    gone = f"{trouble}: expected the session to go on, came: {outcome}."
    require(not outcome.over, gone, idea)
    same = scene.vault() == scene.server.issued[0]
    require(same, f"{trouble}: expected the vault as it was, came other contents.", idea)
    later = scene.again()
    require(
        later.status == 200,
        f"{trouble}: expected the next call to refresh and bring its page, came: {later}.",
        "The trouble has passed, and the refresh token in the vault is as good as before.",
    )


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
        scene.get()
        _stopped(scene, "POST /token was answered 401")


def _stopped(scene: Scene, what: str) -> None:
    require(
        len(scene.server.refreshes) <= 1 and len(scene.server.pages) <= 2,
        f"{what}: expected an end with one POST /token, came further requests.",
        "What one refresh has not cured, the next will not: tell the caller.",
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


@client_rule(1, "What another tab has saved is used.", TABS)
def shares(client: Client) -> None:
    with client.scene() as scene:
        scene.refresh()
        before = len(scene.server.refreshes)
        scene.save(scene.server.issue())
        outcome = scene.get()
        require(
            len(scene.server.refreshes) == before,
            "Another tab has refreshed and saved: expected its tokens to be used, came a refresh.",
            "What you remember is spent by now; look into the vault before you refresh.",
        )
        require(
            outcome.status == 200,
            f"Another tab has refreshed and saved: expected the page, came: {outcome}.",
            "Its access token is in the vault and good.",
        )


RULES: tuple[Rule, ...] = (single, survives, bounded, secret, shares)
