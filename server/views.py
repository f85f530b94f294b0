"""The four routes of the lesson: log in, refresh, log out, and one page to protect."""

from contextlib import suppress

from flask import Blueprint, jsonify
from jwt import PyJWTError

from server.parts import policy, refresh_tokens, tokens, users
from server.policy import Refused
from server.tokens import CLIENT
from server.wire import bearer_token, refuse, text_member

views = Blueprint("lesson", __name__)


@views.post("/login")
def login():
    """Check name and password, then hand out both tokens."""
    username, password = text_member("username"), text_member("password")
    if username is None or password is None:
        return refuse(400, 'Send JSON with two members, "username" and "password".')
    if not users.verify(username, password):
        return refuse(401, "The user name or the password is wrong.")
    session, refresh_token = policy.start(username, CLIENT)
    access_token = tokens.new_access_token(username, CLIENT, session.id)
    return jsonify(accessToken=access_token, refreshToken=refresh_token)


@views.post("/token")
def token():
    """Trade a refresh token for a new access token; the refresh token stays good."""
    refresh_token = text_member("token")
    if refresh_token is None:  # step 1: the request arrives; is a token present?
        return refuse(401, 'No refresh token was sent: put it into the JSON member "token".')
    if refresh_token not in refresh_tokens:  # step 2: look it up in the store; is it there?
        return refuse(403, "This refresh token is not valid: log in again.")
    try:
        user = tokens.open_refresh_token(refresh_token)["sub"]  # step 3: verify it; is it valid?
    except PyJWTError:
        return refuse(403, "This refresh token is not valid: log in again.")
    access_token = tokens.new_access_token(user)  # step 4: make a new access token
    return jsonify(accessToken=access_token)  # step 5: send the response


def refresh():
    """Trade a refresh token for whatever the server's policy gives; it stands in for `token`."""
    refresh_token = text_member("token")
    if refresh_token is None:
        return refuse(401, 'No refresh token was sent: put it into the JSON member "token".')
    try:
        session, new_token = policy.refresh(refresh_token, CLIENT)
    except Refused:
        return refuse(403, "This refresh token is not valid: log in again.")
    access_token = tokens.new_access_token(session.user, session.client, session.id)
    return jsonify(accessToken=access_token, refreshToken=new_token)


@views.delete("/logout")
def logout():
    """Forget a refresh token; one that is not known counts as forgotten (RFC 7009 §2.2)."""
    refresh_token = text_member("token")
    if refresh_token is None:
        return refuse(401, 'No refresh token was sent: put it into the JSON member "token".')
    with suppress(Refused):
        policy.end(refresh_token, CLIENT)
    return "", 204


@views.get("/me")
def me():
    """Answer who the access token speaks for."""
    access_token = bearer_token()
    if access_token is None:
        return refuse(401, "Send an access token: Authorization: Bearer <access token>.")
    try:
        claims = tokens.open_access_token(access_token)
    except PyJWTError:
        challenge = 'Bearer error="invalid_token"'  # RFC 6750 §3.1
        return refuse(401, "This access token is not valid: refresh it at /token.", challenge)
    return jsonify(user=claims["sub"], role=claims["role"])
