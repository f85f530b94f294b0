"""The rules of the client exercise that students check for themselves."""

from functools import partial

from examiner.client.request import refusal
from examiner.client.scripted_server import AHEAD, NEAR, PAST
from examiner.client.subject import CLIENT, Client, Scene, require
from examiner.rule import Rule, rule

SENDING = "Two tokens · Five minutes at a time"
ROTATION = "Rotation · One use per token"
CALLS = 5
REFUSALS = "Why it is built so · Refused means stop"

client_rule = partial(rule, CLIENT)


@client_rule(1, "Pages get the access token, the caller gets the answer.", SENDING)
def carries(client: Client) -> None:
    for life, statuses in {AHEAD: (200, 403, 404, 500, 200), NEAR: (200,), PAST: (200,)}.items():
        with client.scene(first_life=life) as scene:
            for status in statuses:
                _carried(scene, status)
    with client.scene() as scene:
        _carried_after_a_refresh(scene)
    with client.scene() as scene:
        _apart(scene)


def _carried(scene: Scene, status: int) -> None:
    server = scene.server
    server.forget()
    if status != 200:
        server.page_script.append(refusal(status))
    outcome = scene.get("/orders")
    require(
        not server.refreshes,
        f"GET /orders was answered {status}: expected no refresh, came POST /token.",
        "Only a 401 says that the access token is the matter, and no exp in it does.",
    )
    require(
        server.seen and server.seen[0].access == server.issued[0][0],
        "GET /orders: expected the header Authorization: Bearer <access token>, came none "
        "with the vault's.",
        "The word Bearer and a blank belong to it, and the token is the vault's first.",
    )
    require(
        outcome.status == status and scene.vault() == server.issued[0],
        f"GET /orders was answered {status}: expected that answer and the vault as it was, came: "
        f"{outcome}.",
        "What a page says is for the caller to read, errors too, and ends no session.",
    )


def _carried_after_a_refresh(scene: Scene) -> None:
    scene.server.page_script.extend([refusal(401), refusal(404)])
    outcome = scene.get()
    if len(scene.server.pages) > 1:  # else it is for the rule retries
        require(
            not outcome.raised,
            f"The second try was answered 404: expected that answer, came: {outcome}.",
            "What a page says is for the caller to read, after a refresh too.",
        )


def _apart(scene: Scene) -> None:
    """The session of another user is in the same process, over another vault."""
    another = scene.server.log_in_another()
    sessions = {scene.open_another(another): another[0], 0: scene.server.issued[0][0]}
    for session, access in sessions.items():
        scene.server.forget()
        scene.get("/orders", session)
        require(
            scene.server.pages and scene.server.pages[0].access == access,
            "Two users have a session each in one process: expected the access token of its own "
            "vault from each, came another one.",
            "What one session holds belongs into its object, and not into the class or the module.",
        )


@client_rule(1, "A 401 leads to one refresh and a second try.", SENDING)
def retries(client: Client) -> None:
    for life in (PAST, AHEAD):
        with client.scene(first_life=life) as scene:
            scene.server.expire()
            outcome = scene.get()
            _refreshed_once(scene, life)
            require(
                scene.server.pages[-1].access == scene.server.issued[-1][0],
                "After the refresh: expected the page asked for with A2, came no such request.",
                "The page is still to be fetched, and the old access token is refused for good.",
            )
            require(
                outcome.brings("/me"),
                f"The second try was answered 200: expected that answer, came: {outcome}.",
                "The caller asked for a page, and need not notice that there was a refresh.",
            )


def _refreshed_once(scene: Scene, life: int) -> None:
    refreshes = scene.server.refreshes
    clock = "Its exp lies an hour ahead, and even so: the server decides, not the clock."
    require(
        refreshes,
        "GET /me was answered 401: expected POST /token, came none.",
        clock if life == AHEAD else "That is what the refresh token in the vault is for.",
    )
    require(
        refreshes[0].method == "POST" and refreshes[0].refresh == scene.server.issued[0][1],
        'POST /token: expected the JSON {"token": <refresh token>}, came something else.',
        "The server reads one member, and the refresh token is the vault's second.",
    )
    require(
        len(refreshes) == 1,
        "GET /me was answered 401: expected one POST /token, came more.",
        "One refresh brings what the second try needs.",
    )


@client_rule(1, "Each refresh sends what the one before it brought.", ROTATION)
def replaces(client: Client) -> None:
    with client.scene(later_life=PAST) as scene:
        scene.refresh()
        for number in (2, 3):
            scene.server.expire()
            outcome = scene.again()
            sent = scene.server.refreshes[-1].refresh
            require(
                number == 2 or sent != scene.server.issued[0][1],
                f"Refresh {number}: expected R{number}, came R1.",
                "A refresh replaces both tokens; who shows a spent one looks like a thief.",
            )
            require(
                outcome.status == 200,
                f"Refresh {number}: expected R{number} and then the page, came: {outcome}.",
                "A refresh replaces both tokens, and later there will be another refresh.",
            )


@client_rule(1, "New tokens are saved before they are used.", ROTATION)
def saves_first(client: Client) -> None:
    with client.scene() as scene:
        scene.refresh()
        new = scene.server.issued[-1]
        first = next(request for request in scene.server.pages if request.shows(new[0]))
        require(
            first.vault,
            "The page: expected a request through the http you are given, came one by other means.",
            "Another client has another address and other time limits.",
        )
        require(
            first.vault == new,
            "As A2 leaves for the first time: expected both new tokens in the vault, came others.",
            "After a crash at this moment a spent refresh token would be all that is left.",
        )
        scene.reopen()
        outcome = scene.get()
        require(
            outcome.status == 200 and len(scene.server.refreshes) == 1,
            "A new Session over the same vault: expected the page without a refresh, came: "
            f"{outcome}.",
            "What the next start needs has to be in the vault.",
        )


@client_rule(1, "A 403 of /token is the end, and nothing is sent after it.", REFUSALS)
def ends(client: Client) -> None:
    with client.scene() as scene:
        scene.server.expire()
        scene.server.token_script.append(refusal(403))
        outcome = scene.get()
        scene.needs_refresh()
        _over(scene, f"expected LoggedOut, came: {outcome}", outcome.over)
        _over(scene, "expected vault.clear(), came a vault with tokens", not any(scene.vault()))
        final = scene.server.seen[-1].is_refresh and len(scene.server.refreshes) == 1
        _over(scene, "expected no request any more, came one", final)
        sent, later = len(scene.server.seen), scene.get()
        _over(scene, f"expected LoggedOut the next time too, came: {later}", later.over)
        quiet = len(scene.server.seen) == sent
        _over(scene, "expected no request the next time, came one with a dead token", quiet)
    with client.scene(together=True) as scene:
        _over_for_all(scene)


def _over_for_all(scene: Scene) -> None:
    """Five calls wait for the refresh, or have one each, as the rule single tells."""
    scene.server.expire()
    scene.server.token_script.extend([refusal(403)] * CALLS)
    refresh = scene.server.hold(refreshes=True)
    calls = [scene.start() for _ in range(CALLS)]
    scene.settle()
    scene.server.let_pass(refreshes=True)
    refresh.set()
    for call in calls:
        outcome = scene.finish(call)
        _over(scene, f"expected LoggedOut from all who wait, came: {outcome}", outcome.over)


def _over(scene: Scene, what: str, kept: bool) -> None:
    idea = "The user has to log in again, and nothing the client still holds can change that."
    require(kept, f"POST /token was answered 403: {what}.", idea)


RULES: tuple[Rule, ...] = (carries, retries, replaces, saves_first, ends)
