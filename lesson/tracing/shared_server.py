"""One server for every recorded request: starting and stopping one takes longer than a request."""

import functools
import threading
from collections.abc import Callable, Iterable

import httpx
from werkzeug.exceptions import NotFound

from lesson.tracing.tracing import Traced
from server import EmbeddedServer

PATIENCE = 5  # seconds a view may take
APP, APP_IN_ENVIRON = "X-Stepper-App", "HTTP_X_STEPPER_APP"


class SharedServer:
    """Serve many apps: a header says which of them a request is for."""

    def __init__(self) -> None:
        self.apps: dict[str, Traced] = {}
        self.server = EmbeddedServer(self, name="stepper").start()
        self.client = httpx.Client(trust_env=False, timeout=PATIENCE)

    @property
    def url(self) -> str:
        """Return the address that requests go to."""
        return self.server.url

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Hand a WSGI request to the app it is meant for, which does not see the header."""
        app = self.apps.get(environ.pop(APP_IN_ENVIRON, ""), NotFound())
        return app(environ, start_response)

    def send(self, traced: Traced, request: httpx.Request) -> None:
        """Send a request to one app; raise httpx.HTTPError where no answer comes."""
        request.headers[APP] = name = str(id(traced))
        # A new thread: a debugger or coverage that has begun since would not see an older one.
        request.headers["Connection"] = "close"
        self.apps[name] = traced
        try:
            self.client.send(request)
        finally:
            del self.apps[name]


def shared_server() -> SharedServer:
    """Return the one server; two first calls at once would stop each other's."""
    with _starting:
        return _start()


_starting = threading.Lock()
_start = functools.cache(SharedServer)
