"""A request of the learner's own, whose body can be edited in a page and sent again."""

from collections.abc import Callable
from typing import Any

import httpx

from lesson.tracing.recording import Request, address, given_headers, with_body


class OwnRequest:
    """Hold the request that a view was first sent, as a page shows it and sends it again.

    Of an httpx.Request method, path and headers stay, and the body alone can be another one.
    """

    def __init__(self, view: Callable, request: Request) -> None:
        self._request = request
        self._takes_no_body = address(view)[0] == "GET"

    @property
    def shown(self) -> dict[str, Any]:
        """Return what a page shows of it in place of what it would show of any request."""
        asked = self._request
        if not isinstance(asked, httpx.Request):
            return {"headers": []} | ({"body": ""} if self._takes_no_body else {})
        return {
            "headers": [list(pair) for pair in given_headers(asked)],
            "path": f"{asked.method} {asked.url.raw_path.decode()}",
            "open": asked.method != "GET",
            "body": _text(asked),
        }

    def edited(self, body: str) -> Request:
        """Return the request with the body that stands in the page now."""
        if isinstance(self._request, httpx.Request):
            same = body == _text(self._request)  # as text, bytes of another encoding are lost
            return self._request if same else with_body(self._request, _bytes(body))
        return b"" if self._takes_no_body else _bytes(body)


def _text(request: httpx.Request) -> str:
    return request.read().decode(errors="replace")


def _bytes(body: str) -> bytes:
    return body.encode(errors="replace")  # half a surrogate pair has no UTF-8
