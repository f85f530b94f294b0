"""The application factory: put a token server together from its parts."""

import threading
from collections.abc import Callable

from flask import Flask, Response

from server.clock import SystemClock
from server.errors import register_errors
from server.ids import random_id
from server.keys import Keys
from server.oauth import oauth
from server.parts import Parts
from server.policy import Plain, Policy
from server.store import MemoryStore, Store
from server.tokens import Clock, TokenIssuer
from server.users import Users
from server.views import refresh, views
from server.wire import MAX_BODY_BYTES

# Werkzeug compiles each route by ast.parse, which fails at times where threads do it at once
# (python/cpython#106905).
_compiling = threading.Lock()


def create_app(
    *,
    clock: Clock | None = None,
    keys: Keys | None = None,
    new_id: Callable[[], str] = random_id,
    refresh_tokens: Store | None = None,
    users: Users | None = None,
    policy: Callable[[TokenIssuer], Policy] | None = None,
) -> Flask:
    """Return a token server; what is not given is real: the system clock, random keys and ids.

    `policy` makes, from the issuer, what decides about refresh tokens; without one they stay good
    until log-out, and `refresh_tokens` holds them.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    users = users or Users()
    issuer = TokenIssuer(keys or Keys.random(), clock or SystemClock(), new_id, users)
    # An empty store is falsy, so `or` would replace it.
    store = MemoryStore() if refresh_tokens is None else refresh_tokens
    chosen = policy(issuer) if policy else Plain(issuer, store)
    users.when_disabled(chosen.end_all)
    Parts(issuer, store, users, chosen).attach(app)
    with _compiling:
        app.register_blueprint(views)
        app.register_blueprint(oauth)
    if policy:
        app.view_functions["lesson.token"] = refresh
    app.after_request(_forbid_caching)
    register_errors(app)
    return app


def _forbid_caching(response: Response) -> Response:
    """Keep tokens out of every cache (RFC 6749 §5.1)."""
    response.headers["Cache-Control"] = "no-store"
    return response
