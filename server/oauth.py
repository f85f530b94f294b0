"""The standard wire, for OAuth clients as people use them: token, revoke, introspect, metadata."""

from typing import Any

from flask import Blueprint, Response, jsonify, request, send_file
from jwt import PyJWTError

from server.clients import Client, confidential_client, requesting_client
from server.form import OAuthError, answer_oauth_error, parameter, required
from server.parts import policy, tokens, users
from server.policy import OtherClient, Refused, Session
from server.tokens import ISSUER

SCOPE = "profile"
oauth = Blueprint("oauth", __name__)
oauth.register_error_handler(OAuthError, answer_oauth_error)


@oauth.post("/oauth/token")
def grant() -> Response:
    """Answer a grant with both tokens (RFC 6749 §5.1)."""
    client = requesting_client()
    kind = required("grant_type")
    if kind not in GRANTS:
        raise OAuthError("unsupported_grant_type", f"Known are {' and '.join(GRANTS)}.")
    # Before the grant is used: a request that is refused spends no token.
    _check_scope()
    session, refresh_token = GRANTS[kind](client)
    return jsonify(
        access_token=tokens.new_access_token(session.user, session.client, session.id),
        token_type="Bearer",
        expires_in=tokens.access_lifetime,
        refresh_token=refresh_token,
        scope=SCOPE,
    )


@oauth.post("/oauth/revoke")
def revoke() -> tuple[str, int]:
    """End the session of a refresh token; an unknown one counts as ended (RFC 7009 §2.2)."""
    client, token = requesting_client(), required("token")
    if _claims_of_access_token(token):
        raise OAuthError("unsupported_token_type", "An access token ends by itself, and soon.")
    try:
        policy.end(token, client.id)
    except OtherClient:
        raise OAuthError("invalid_grant", "The token was given to another client.") from None
    except Refused:
        pass  # what is not live cannot be ended, and nobody learns why
    return "", 200


@oauth.post("/oauth/introspect")
def introspect() -> Response:
    """Answer a resource server whether a token is live, and never why not (RFC 7662 §2.2)."""
    confidential_client()
    token = required("token")
    return jsonify(_access_token(token) or _refresh_token(token) or {"active": False})


@oauth.get("/.well-known/oauth-authorization-server")
def metadata() -> Response:
    """Answer what this server can do and where (RFC 8414 §3.2)."""
    here = request.url_root.rstrip("/")
    return jsonify(
        issuer=ISSUER,
        token_endpoint=f"{here}/oauth/token",
        token_endpoint_auth_methods_supported=["none", "client_secret_basic"],
        grant_types_supported=list(GRANTS),
        response_types_supported=[],
        scopes_supported=[SCOPE],
        revocation_endpoint=f"{here}/oauth/revoke",
        introspection_endpoint=f"{here}/oauth/introspect",
        service_documentation=f"{here}/openapi.yaml",
    )


@oauth.get("/openapi.yaml")
def description() -> Response:
    """Send the OpenAPI description of every route."""
    return send_file("openapi.yaml", mimetype="application/yaml", conditional=False)


def _password(client: Client) -> tuple[Session, str]:
    """Log a user in (RFC 6749 §4.3; OAuth 2.1 has dropped it: only for an app of our own)."""
    user, password = required("username"), required("password")
    if not users.verify(user, password):
        raise OAuthError("invalid_grant", "The user name or the password is wrong.")
    return policy.start(user, client.id)


def _refresh(client: Client) -> tuple[Session, str]:
    """Refresh a session (RFC 6749 §6)."""
    try:
        return policy.refresh(required("refresh_token"), client.id)
    except Refused:
        raise OAuthError("invalid_grant", "The refresh token is not valid.") from None


GRANTS = {"password": _password, "refresh_token": _refresh}


def _check_scope() -> None:
    """Raise OAuthError where more is asked for than was granted (RFC 6749 §6)."""
    if set((parameter("scope") or SCOPE).split()) - {SCOPE}:
        raise OAuthError("invalid_scope", f"The only scope here is {SCOPE}.")


def _access_token(token: str) -> dict[str, Any] | None:
    """Describe a live access token of a live session; else return None."""
    claims = _claims_of_access_token(token)
    if not claims or not users.is_active(claims["sub"]):
        return None
    if "sid" in claims and not policy.lives(claims["sid"]):
        return None
    return {"active": True, "scope": SCOPE, "token_type": "Bearer", **claims}


def _refresh_token(token: str) -> dict[str, Any] | None:
    """Describe a live refresh token; else return None."""
    try:
        session = policy.find(token)
    except Refused:
        return None
    return {"active": True, "scope": SCOPE, "client_id": session.client, "sub": session.user}


def _claims_of_access_token(token: str) -> dict[str, Any] | None:
    try:
        return tokens.open_access_token(token)
    except PyJWTError:
        return None
