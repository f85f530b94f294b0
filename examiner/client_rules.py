"""The rules of the client exercise that students check for themselves."""

from examiner.client_request import refusal
from examiner.phone import CLIENT, Client, require
from examiner.rule import Rule, rule
from examiner.scripted import AHEAD, PAST


@rule(CLIENT, 1, "sends the access token and hands back the answer", "Lesson 1")
def carries(client: Client) -> None:
    """Every page is asked for with the access token, once; what is no 401 goes to the caller."""
    for status in (200, 404, 500):
        with client.scene(first_life=AHEAD) as scene:
            if status != 200:
                scene.server.page_script.append(refusal(status))
            outcome = scene.get("/orders")
            sent = [request.access for request in scene.server.pages]
            require(
                sent[:1] == [scene.server.issued[0][0]],
                "The page should be asked for with the vault's access token in the header",
                "Authorization: Bearer …; it was not.",
            )
            require(
                not scene.server.renewals,
                f"The page answered {status} and your client asked for new tokens:",
                "only a 401 says that the access token is the matter.",
            )
            require(
                outcome.status == status,
                f"The page answered {status}, and get() should hand that answer back; {outcome}.",
            )


@rule(CLIENT, 1, "renews on a 401 and asks again", "Lesson 1")
def retries(client: Client) -> None:
    """A 401 leads to one renewal and a second try, whatever `exp` says: the server decides."""
    for life in (PAST, AHEAD):
        with client.scene(first_life=life) as scene:
            scene.server.expire()
            outcome = scene.get()
            renewals = scene.server.renewals
            clock = "its exp lies an hour ahead, and the server has the last word"
            why = clock if life == AHEAD else "a renewal is what the refresh token is for"
            require(renewals, f"The page answered 401 and no POST /token followed: {why}.")
            require(
                renewals[0].method == "POST" and renewals[0].refresh == scene.server.issued[0][1],
                'POST /token should carry {"token": <refresh token>} as JSON; it did not.',
            )
            require(len(renewals) == 1, "One 401 should lead to one POST /token; more were sent.")
            require(
                scene.server.pages[-1].access == scene.server.issued[-1][0],
                "After the renewal the page should be asked for with the new access token;",
                "the last request carried something else.",
            )
            require(
                outcome.status == 200,
                f"The second try brought 200, and get() should hand that back; {outcome}.",
            )


@rule(CLIENT, 1, "replaces both tokens at each renewal", "Lesson 1")
def replaces(client: Client) -> None:
    """Each renewal sends the refresh token that the renewal before it brought."""
    with client.scene(later_life=PAST) as scene:
        scene.renew()
        for _ in range(2):
            scene.server.expire()
            outcome = scene.again()
            sent = [request.refresh for request in scene.server.renewals]
            pairs = scene.server.issued
            require(
                not (len(sent) > 1 and sent[-1] == pairs[0][1]),
                "Every renewal brings a new refresh token, and the next one should send that;",
                "yours sent the first again. The old one is spent: who shows it looks like a",
                "thief.",
            )
            require(
                outcome.status == 200 and sent == [pair[1] for pair in pairs[: len(sent)]],
                "Every renewal should work with the tokens of the one before; after the first,",
                f"{outcome}.",
            )


@rule(CLIENT, 1, "saves the new tokens before it uses them", "Lesson 1")
def saves_first(client: Client) -> None:
    """When the new access token leaves for the first time, the vault holds both new tokens."""
    with client.scene() as scene:
        scene.renew()
        new = scene.server.issued[-1]
        [first, *_] = [request for request in scene.server.pages if request.shows(new[0])]
        require(first.kept, "Your client asked for pages through something else than its http.")
        require(
            first.kept == new,
            "The new access token should leave when both new tokens are in the vault; they were",
            "not. After a crash at this point the spent refresh token would be all you have.",
        )
        scene.reopen()
        outcome = scene.get()
        require(
            outcome.status == 200 and scene.kept() == new and len(scene.server.renewals) == 1,
            "A new Session over the same vault should go on with the saved tokens; it did not:",
            f"{outcome}.",
        )


@rule(CLIENT, 1, "ends the session when /token answers 403", "Lesson 1")
def ends(client: Client) -> None:
    """A 403 of /token empties the vault and raises LoggedOut, now and later, without a request."""
    with client.scene() as scene:
        scene.server.expire()
        scene.server.token_script.append(refusal(403))
        outcome = scene.get()
        require(
            scene.server.renewals,
            "This rule comes after the rule retries: there was no POST /token to be refused.",
        )
        require(
            outcome.over,
            f"/token answered 403 and the session is over: get() must raise LoggedOut; {outcome}.",
        )
        require(
            scene.kept() == (None, None),
            "/token answered 403: vault.clear() should have been called; tokens are left in it.",
        )
        require(
            scene.server.seen[-1].renews and len(scene.server.renewals) == 1,
            "/token answered 403, and that is final; your client sent one more request after it.",
        )
        sent, again = len(scene.server.seen), scene.get()
        require(
            again.over and len(scene.server.seen) == sent,
            "Once the session is over, get() should raise LoggedOut and ask nobody;",
            "it sent dead tokens." if len(scene.server.seen) > sent else f"{again}.",
        )


RULES: tuple[Rule, ...] = (carries, retries, replaces, saves_first, ends)
