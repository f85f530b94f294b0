"""The two OAuth clients this server knows, and how a request says which one it comes from."""

from dataclasses import dataclass
from secrets import compare_digest

from flask import request

from server.form import OAuthError, parameter
from server.tokens import CLIENT


@dataclass(frozen=True)
class Client:
    """Name a client; a public one, such as an app on a phone, cannot keep a secret."""

    id: str
    secret: str | None = None


# Printed in a public repository, so good for lessons on this machine and for nothing else.
CLIENTS = [Client(CLIENT), Client("resource-server", "introspect-me-not-a-secret")]


def requesting_client() -> Client:
    """Return the client that sent this request (RFC 6749 §2.3.1, §3.2.1).

    Raises OAuthError where it is not known, its secret is wrong, or it names itself twice.
    """
    basic = request.authorization
    if basic is None and "Authorization" not in request.headers:
        return _known(parameter("client_id"), parameter("client_secret"))
    if basic is None or basic.type != "basic" or parameter("client_secret"):
        raise OAuthError("invalid_client", "Name the client once: by HTTP Basic, or in the form.")
    return _known(basic.username, basic.password or None)


def confidential_client() -> Client:
    """Return the client that sent this request; raise OAuthError for one without a secret."""
    client = requesting_client()
    if client.secret is None:
        raise OAuthError("invalid_client", "This is for clients that authenticate with a secret.")
    return client


def _known(name: str | None, secret: str | None) -> Client:
    for client in CLIENTS:
        if client.id == name and _fits(client.secret, secret):
            return client
    raise OAuthError("invalid_client", "The client is not known, or its secret is wrong.")


def _fits(secret: str | None, sent: str | None) -> bool:
    if secret is None or sent is None:
        return secret is sent
    return compare_digest(secret.encode(), sent.encode())
