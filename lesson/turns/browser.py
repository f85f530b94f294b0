"""The turn of lesson 13: a view that asks which page a request comes from."""

from collections.abc import Callable

import httpx
from flask import Flask

from lesson.turns.turn import NotYet, turn
from server import EmbeddedServer

OWN = "https://app.example"
# Who asks → its headers, beside the cookie.
FROM_HERE = {
    "the app's own page": {"Sec-Fetch-Site": "same-origin", "Origin": OWN},
    "the app's own page in an old browser": {"Origin": OWN},
    "the app's own page by a browser that sends Sec-Fetch-Site alone": {
        "Sec-Fetch-Site": "same-origin"
    },
}
FROM_ELSEWHERE = {
    "another site's page": {"Sec-Fetch-Site": "cross-site", "Origin": "https://mallory.example"},
    "another server of the same domain": {
        "Sec-Fetch-Site": "same-site",
        "Origin": "https://shop.app.example",
    },
    "another site's page in an old browser": {"Origin": "https://mallory.example"},
    "a page at https://app.example.mallory.example in an old browser": {
        "Origin": f"{OWN}.mallory.example"
    },
    "a page at http://app.example, without TLS, in an old browser": {
        "Origin": "http://app.example"
    },
    "a page at https://app.example:8443, another port, in an old browser": {
        "Origin": f"{OWN}:8443"
    },
    "a page with the Origin null in an old browser": {"Origin": "null"},
    "a request without either header": {},
}


@turn("browser.origin", "the app's own page comes in, in old browsers too, and nobody else does.")
def origin(written: Callable) -> None:
    """Send what each kind of page would send, with the cookie."""
    errors: list[Exception] = []
    app = Flask("your turn")
    app.add_url_rule("/token", view_func=written, methods=["POST"])
    app.log_exception = lambda info: errors.append(info[1])
    with (
        EmbeddedServer(app, "your turn") as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        for page in FROM_HERE | FROM_ELSEWHERE:
            _is_answered(client, page, errors)


def _is_answered(client: httpx.Client, page: str, errors: list[Exception]) -> None:
    """Raise NotYet where a page is not answered as it has to be."""
    headers = (FROM_HERE | FROM_ELSEWHERE)[page]
    cookie = {"Cookie": "__Host-refresh=r-1"}
    came = client.post("/token", headers=cookie | headers).status_code
    expected = 200 if page in FROM_HERE else 403
    if came != expected:
        told = [f" ({type(error).__name__}: {error})" for error in errors[-1:]]
        raise NotYet(f"{page} got {came}{''.join(told)}; expected was {expected}.")
