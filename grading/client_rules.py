"""The rules of the client exercise that are examined after handing in."""

from examiner.client_rules import RULES as PUBLIC_RULES
from examiner.client_request import DROPPED, LATE, PORTAL, refusal
from examiner.phone import CLIENT, Client, Outcome, Scene, require
from examiner.rule import Rule, rule

CALLS = 5
TROUBLES = {
    "with 500": refusal(500),
    "with 503": refusal(503),
    "too late": LATE,
    "not at all (the connection broke)": DROPPED,
    "with a page of the train's Wi-Fi": PORTAL,
}


@rule(CLIENT, 2, "renews once for all calls that wait", "Lesson 1")
def single(client: Client) -> None:
    """Calls whose 401s come together share one renewal, and so does one whose 401 comes late."""
    client.works()
    with client.scene(together=True) as scene:
        _together(scene)
    with client.scene(together=True) as scene:
        _straggler(scene)
    with client.scene(together=True) as scene:
        _in_vain(scene)


def _together(scene: Scene) -> None:
    server = scene.server
    server.expire()
    pages, renewal = server.hold(renewals=False), server.hold(renewals=True)
    calls = [scene.start() for _ in range(CALLS)]
    scene.settle()
    server.let_pass(renewals=False)
    pages.set()
    scene.settle()
    _once(scene, "while the first renewal was under way, another one was sent")
    server.hold(renewals=True)
    scene.slow_saves(True)
    renewal.set()
    scene.settle()
    _once(scene, "the new tokens had come and were being saved, and another one was sent")
    scene.slow_saves(False)
    scene.settle()
    _once(scene, "the renewal was done, and a call that had waited for it sent another one")
    outcomes = [scene.finish(call) for call in calls]
    _served(outcomes, f"All {CALLS} calls should get their page with the new token;")


def _once(scene: Scene, what: str) -> None:
    require(
        len(scene.server.renewals) == 1,
        f"{CALLS} calls get a 401 together and should share one POST /token; {what}.",
        "With strict rotation the second one looks like a thief.",
    )


def _straggler(scene: Scene) -> None:
    scene.server.expire()
    late = scene.server.hold(renewals=False)
    slow = scene.start("/slow")
    scene.settle()
    scene.server.let_pass(renewals=False)
    quick = scene.start("/quick")
    scene.settle()
    late.set()
    outcomes = [scene.finish(slow), scene.finish(quick)]
    require(
        len(scene.server.renewals) == 1,
        "A 401 for the old access token arrived after the renewal, and your client renewed once",
        "more: it had the new token by then. Compare the token it had sent with the one it has.",
    )
    _served(outcomes, "Both calls should get their page with the new token;")


def _in_vain(scene: Scene) -> None:
    """No call waits for ever where the renewal that it waits for fails."""
    server = scene.server
    server.expire()
    server.token_script.extend([refusal(503)] * 2)
    renewal = server.hold(renewals=True)
    calls = [scene.start() for _ in range(2)]
    scene.settle()
    renewal.set()
    for call in calls:
        scene.finish(call)


def _served(outcomes: list[Outcome], sentence: str) -> None:
    for outcome in outcomes:
        require(outcome.status == 200, f"{sentence} {outcome}.")


@rule(CLIENT, 2, "keeps the session through trouble at /token", "Lesson 1")
def survives(client: Client) -> None:
    """Only a 403 is final: with anything else the tokens stay, and the next call tries again."""
    client.works()
    for what, trouble in TROUBLES.items():
        with client.scene() as scene:
            scene.server.expire()
            scene.server.token_script.append(trouble)
            outcome = scene.get()
            require(
                len(scene.server.renewals) == 1,
                f"/token answered {what}, and your client sent the refresh token again at once.",
                "It cannot know whether that is spent; sent twice, it looks stolen.",
            )
            require(
                not outcome.over and scene.kept() == scene.server.issued[0],
                f"/token answered {what}: that says nothing about the session, so the vault",
                "should keep its tokens and get() not raise LoggedOut;",
                f"{outcome}." if outcome.over else "the vault has changed.",
            )
            later = scene.again()
            require(
                later.status == 200,
                f"/token answered {what}; the next call should renew and get its page; {later}.",
            )


@rule(CLIENT, 1, "stops after one renewal a call", "Lesson 1")
def bounded(client: Client) -> None:
    """A page that stays at 401, or a /token that answers 401, leads to no second renewal."""
    with client.scene() as scene:
        scene.server.expire()
        scene.server.page_script.extend([refusal(401)] * 100)
        outcome = scene.get()
        require(
            scene.server.renewals,
            "This rule comes after the rule retries: there was no POST /token.",
        )
        require(
            len(scene.server.renewals) == 1 and len(scene.server.pages) <= 2,
            "The page answers 401 even to a new token: another renewal would change nothing, and",
            "your client went on. One call should send one POST /token at most.",
        )
        require(
            not outcome.over and scene.kept() != (None, None),
            "The page answers 401 even to a new token: hand that to the caller. Only a 403 of",
            "/token ends the session.",
        )
    with client.scene() as scene:
        scene.server.expire()
        scene.server.token_script.extend([refusal(401)] * 100)
        scene.get()
        require(
            len(scene.server.renewals) == 1,
            "/token answered 401, and your client tried to cure that with another renewal.",
            "Whoever may not renew may not renew that either.",
        )


@rule(CLIENT, 1, "sends the refresh token to /token alone", "Lesson 1")
def secret(client: Client) -> None:
    """No refresh token stands in a page's request, nor in the address or a header of /token."""
    with client.scene() as scene:
        scene.renew()
        scene.get("/orders")
        refresh_tokens = [pair[1] for pair in scene.server.issued]
        for token in refresh_tokens:
            require(
                not any(request.shows(token) for request in scene.server.pages),
                "A request for a page carried the refresh token. It is good for weeks: send it",
                "to /token and to nobody else.",
            )
            require(
                not any(request.shows(token, body=False) for request in scene.server.renewals),
                "The refresh token should travel in the body of POST /token; it stood in the",
                "address or in a header, where logs keep it.",
            )


@rule(CLIENT, 1, "looks into the vault before it renews", "Lesson 1")
def shares(client: Client) -> None:
    """Where another tab has renewed, its tokens are used and nothing is renewed."""
    with client.scene() as scene:
        scene.renew()
        before = len(scene.server.renewals)
        scene.keep(scene.server.issue())
        outcome = scene.get()
        require(
            len(scene.server.renewals) == before,
            "Another tab had renewed and saved new tokens in the vault; your client sent the old",
            "refresh token from its own memory. That one is spent.",
        )
        require(
            outcome.status == 200,
            f"With the tokens that another tab has saved the page should open; {outcome}.",
        )


RULES: tuple[Rule, ...] = (single, survives, bounded, secret, shares)
ALL_RULES = (*PUBLIC_RULES, *RULES)
