"""Serve one of the compared apps from the embedded server, in a process of its own.

python benchmarks/serve.py plain | memory | sqlite | flask-jwt-extended FOLDER
"""

import sys
from functools import partial
from pathlib import Path

from flask import Flask, jsonify, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    get_jwt_identity,
    jwt_required,
)

from server import EmbeddedServer, create_app
from server.families import MemoryFamilies, SQLiteFamilies
from server.rotation import Rotation


def flask_jwt_extended() -> Flask:
    """Return the peer: the refresh route of its documentation, on the lesson's wire."""
    app = Flask(__name__)
    app.config |= {
        "JWT_SECRET_KEY": "a secret of 32 bytes, as in .env",
        "JWT_TOKEN_LOCATION": ["json"],
        "JWT_REFRESH_JSON_KEY": "token",
    }
    JWTManager(app)

    @app.post("/login")
    def login():
        user = request.json["username"]
        return jsonify(
            accessToken=create_access_token(user), refreshToken=create_refresh_token(user)
        )

    @app.post("/token")
    @jwt_required(refresh=True)
    def token():
        return jsonify(accessToken=create_access_token(get_jwt_identity()))

    return app


def rotating(families: MemoryFamilies | SQLiteFamilies) -> Flask:
    """Return the course's server with rotation on this store."""
    return create_app(policy=partial(Rotation, families=families))


APPS = {
    "plain": lambda folder: create_app(),
    "memory": lambda folder: rotating(MemoryFamilies()),
    "sqlite": lambda folder: rotating(SQLiteFamilies(folder / "embedded.sqlite")),
    "flask-jwt-extended": lambda folder: flask_jwt_extended(),
}


if __name__ == "__main__":
    name, folder = sys.argv[1:]
    with EmbeddedServer(APPS[name](Path(folder))) as server:
        print(server.url, flush=True)
        sys.stdin.read()
