"""How a client's requests reach the scripted server: each says what was so as it left."""

import json
import ssl
import threading
from functools import cache

import httpx

from examiner.client import noted_headers
from examiner.vault import Vault


class RecordingTransport(httpx.HTTPTransport):
    """Send requests as httpx does, stamped; count those that still wait for their answer."""

    def __init__(self, vault: Vault, socket: str | None = None) -> None:
        super().__init__(verify=_unused_context(), trust_env=False, uds=socket)
        self._vault = vault
        self._lock = threading.Lock()
        self.waiting = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer; raise httpx.ReadTimeout where the server's script wants it late."""
        request.headers[noted_headers.VAULT] = json.dumps(self._vault.load())
        # What httpx sends of its own, as for an auth flow, has no limit and was told nothing.
        if request.extensions.get("timeout", {}).get("read", 0) is None:
            request.headers[noted_headers.ENDLESS] = "yes"
        self._count(1)
        try:
            response = super().handle_request(request)
        finally:
            self._count(-1)
        if noted_headers.LATE in response.headers:
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        return response

    def _count(self, change: int) -> None:
        with self._lock:
            self.waiting += change


@cache
def _unused_context() -> ssl.SSLContext:
    """Return one for all transports: there is no TLS here, and httpx would make one for each.

    That takes longer than a request; with certificates, 50 ms.
    """
    return httpx.create_ssl_context(verify=False, trust_env=False)
