"""Read a request and phrase a refusal: the JSON body, the Bearer token, the error answer."""

import re
from typing import Any

from flask import Response, abort, jsonify, request
from werkzeug.exceptions import BadRequest, ClientDisconnected

MAX_BODY_BYTES = 16 * 1024
B64TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1


def text_member(name: str) -> str | None:
    """Return a text member of the JSON body, or None where it is absent, null or empty.

    Aborts with 400 where the body is not a JSON object or the member is no text, with 413 where
    the body is too long, and with 415 where it is not announced as JSON.
    """
    value = _json_object().get(name)
    if value is not None and not isinstance(value, str):
        abort(400, f'"{name}" must be a JSON string.')
    if value and not _is_unicode(value):
        abort(400, f'"{name}" holds half a surrogate pair, which is not valid Unicode.')
    return value or None


def bearer_token() -> str | None:
    """Return the token of the Authorization header, or None where no Bearer token was sent.

    The scheme's case does not matter (RFC 9110 §11.1). Aborts with 400 where the header is
    malformed or sent twice (RFC 6750 §3.1, invalid_request).
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    if not B64TOKEN.fullmatch(token.strip()):
        abort(400, "Send one Authorization header of the form: Bearer <access token>.")
    return token.strip()


def refuse(status: int, sentence: str, challenge: str = "Bearer") -> Response:
    """Return a JSON error of one sentence; a 401 carries the challenge (RFC 9110 §15.5.2)."""
    response = jsonify(error=sentence)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = challenge
    return response


def _json_object() -> dict[str, Any]:
    """Return the JSON body; an empty body is an empty object."""
    if not _body():
        return {}
    try:
        body = request.get_json()
    except (BadRequest, RecursionError):  # RecursionError: thousands of nested brackets
        abort(400, "The body is not valid JSON.")
    if not isinstance(body, dict):
        abort(400, "The body must be a JSON object, in curly braces.")
    return body


def _body() -> bytes:
    try:
        return request.get_data()
    except ClientDisconnected:
        abort(400, "The body could not be read to its end.")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
