"""The turn of lesson 13: a view that asks which page a request comes from."""

from collections.abc import Callable

from flask import Flask

from lesson.turns.asked_app import AskedApp, served
from lesson.turns.turn import NotYet, turn

OWN = "https://app.example"
# Who asks → its headers, beside the cookie.
FROM_HERE = {
    "the app's own page": {"Sec-Fetch-Site": "same-origin", "Origin": OWN},
    "the app's own page in an old browser": {"Origin": OWN},
    "the app's own page by a browser that sends Sec-Fetch-Site alone": {
        "Sec-Fetch-Site": "same-origin"
    },
}
REFUSALS = range(400, 500)
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
    "a request that no page sent": {"Sec-Fetch-Site": "none"},
    "a request without either header": {},
}


@turn("browser.origin", "the app's own page comes in, in old browsers too, and nobody else does.")
def origin(written: Callable) -> None:
    """Send what each kind of page would send, with the cookie."""
    app = Flask("your turn")
    app.add_url_rule("/token", view_func=written, methods=["POST"])
    with served(app) as asked:
        for page in FROM_HERE | FROM_ELSEWHERE:
            _is_answered(asked, page)


def _is_answered(app: AskedApp, page: str) -> None:
    """Raise NotYet where a page is not answered as it has to be."""
    headers = (FROM_HERE | FROM_ELSEWHERE)[page]
    cookie = {"Cookie": "__Host-refresh=r-1"}
    answer = app.ask("POST", "/token", {}, cookie | headers)
    expected, good = (200, {200}) if page in FROM_HERE else (403, REFUSALS)
    if answer.status_code not in good:
        raise NotYet(f"{page} got {app.came(answer)}; expected was {expected}.")
