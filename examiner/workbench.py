"""What the rotation exercise gives you: an app that works, but for the refresh tokens.

Your cell writes three functions, and `build_app` puts them into their places.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt
from flask import Flask, jsonify
from werkzeug.routing import Map

from server.clock import SystemClock
from server.errors import register_errors
from server.users import Users
from server.wire import MAX_BODY_BYTES, bearer_token, refuse, text_member

__all__ = [
    "SESSION_LIFETIME",
    "build_app",
    "clock",
    "new_access_token",
    "refuse",
    "sent_token",
    "users",
]

SESSION_LIFETIME = 30 * 24 * 60 * 60  # seconds
ACCESS_LIFETIME = 5 * 60  # seconds
PASSWORDS = {"alice": "wonderland", "bob": "builder"}  # in clear: this is a workbench
DATES = {"verify_exp": False, "verify_iat": False}  # by the machine's clock; ours may be moved
_ACCESS_KEY = secrets.token_bytes(32)

clock = SystemClock()  # clock.now() is in seconds since 1970-01-01 UTC


class Everyone(Users):
    """Know the course's users, with passwords that cost no time: log-ins are many here."""

    def verify(self, username: str | None, password: str | None) -> bool:
        """Return whether this is the password of an active user."""
        return self.is_active(username) and PASSWORDS[username] == password

    def reset(self) -> None:
        """Make every user active, and a reader."""
        self.__init__()


users = Everyone()


def new_access_token(user: str, role: str) -> str:
    """Return a signed access token that is good for five minutes."""
    now = int(clock.now())
    claims = {"sub": user, "role": role, "iat": now, "exp": now + ACCESS_LIFETIME}
    claims["jti"] = secrets.token_urlsafe(16)
    return jwt.encode(claims, _ACCESS_KEY, algorithm="HS256", headers={"typ": "at+jwt"})


def sent_token() -> str | None:
    """Return the text sent as {"token": …}, or None; a body that is no such JSON gets its 400."""
    return text_member("token")


class Workbench(Flask):
    """Be an app whose routes are compiled once: each line of a race has an app of its own."""

    _routes = Map()
    url_map_class = staticmethod(lambda **options: Workbench._routes)

    def add_url_rule(self, rule, endpoint=None, view_func=None, *automatic, **options) -> None:
        """Add a route, or the view of one that an app before this one has added."""
        if any(known.rule == rule for known in self.url_map.iter_rules()):
            self.view_functions[endpoint or view_func.__name__] = view_func
        else:
            super().add_url_rule(rule, endpoint, view_func, *automatic, **options)


def build_app(cell: Mapping[str, Any]) -> Flask:
    """Return the app around what the cell defines: start_session, token and end_session."""
    # Flask would look for a module of that name at each fresh app, to find the path by it.
    app = Workbench("workbench", static_folder=None, root_path=".", instance_path=str(Path.cwd()))
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    register_errors(app)

    @app.post("/login")
    def login():
        user, password = text_member("username"), text_member("password")
        if not users.verify(user, password):
            return refuse(401, "The user name or the password is wrong.")
        start_session = cell["start_session"]
        access_token = new_access_token(user, users.role(user))
        return jsonify(accessToken=access_token, refreshToken=start_session(user))

    @app.post("/token")
    def token():
        return cell["token"]()

    @app.delete("/logout")
    def logout():
        refresh_token = sent_token()
        if refresh_token is None:
            return refuse(401, "No refresh token was sent.")
        end_session = cell["end_session"]
        end_session(refresh_token)
        return "", 204

    @app.get("/me")
    def me():
        try:
            claims = jwt.decode(bearer_token() or "", _ACCESS_KEY, ["HS256"], DATES)
            if clock.now() >= claims["exp"]:
                raise jwt.ExpiredSignatureError
        except jwt.PyJWTError:
            return refuse(401, "This access token is not valid.")
        return jsonify(user=claims["sub"], role=claims["role"])

    return app
