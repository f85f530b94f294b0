"""A request of the learner's own, whose body can be edited in a page and sent again."""

import json
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
        self._method, self._path = address(view)
        if isinstance(request, httpx.Request):
            self._method, self._path = request.method, request.url.raw_path.decode()

    @property
    def shown(self) -> dict[str, Any]:
        """Return what a page shows of it: path, headers, body, and whether that can be edited."""
        given = isinstance(self._request, httpx.Request)
        return {
            "headers": [list(pair) for pair in given_headers(self._request)] if given else [],
            "path": f"{self._method} {self._path}",
            "open": self._method != "GET",
            "body": self._body(),
        }

    def edited(self, body: str) -> Request:
        """Return the request with the body that stands in the page now."""
        if isinstance(self._request, httpx.Request):
            same = body == _text(self._request)  # as text, bytes of another encoding are lost
            return self._request if same else with_body(self._request, _bytes(body))
        return b"" if self._method == "GET" else _bytes(body)

    def _body(self) -> str:
        """Return what stands in the field for a body at first."""
        asked = self._request
        if isinstance(asked, httpx.Request):
            return _text(asked)
        if self._method == "GET":
            return ""
        if isinstance(asked, bytes):
            return asked.decode(errors="replace")
        return json.dumps(asked if isinstance(asked, dict) else {"token": "r-123"})


def _text(request: httpx.Request) -> str:
    return request.read().decode(errors="replace")


def _bytes(body: str) -> bytes:
    return body.encode(errors="replace")  # half a surrogate pair has no UTF-8
