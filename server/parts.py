"""What an app is made of, within reach of its views the way Flask's `request` is."""

from dataclasses import dataclass

from flask import Flask, current_app
from werkzeug.local import LocalProxy

from server.policy import Policy
from server.store import Store
from server.tokens import TokenIssuer
from server.users import Users

EXTENSION = "token_server"


@dataclass(frozen=True)
class Parts:
    """Hold the parts of one app."""

    tokens: TokenIssuer
    refresh_tokens: Store
    users: Users
    policy: Policy

    def attach(self, app: Flask) -> None:
        """Make these the parts that the app's views see."""
        app.extensions[EXTENSION] = self


tokens: TokenIssuer = LocalProxy(lambda: current_app.extensions[EXTENSION].tokens)
refresh_tokens: Store = LocalProxy(lambda: current_app.extensions[EXTENSION].refresh_tokens)
users: Users = LocalProxy(lambda: current_app.extensions[EXTENSION].users)
policy: Policy = LocalProxy(lambda: current_app.extensions[EXTENSION].policy)
