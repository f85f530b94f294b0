"""Read a form-encoded OAuth request and phrase its errors (RFC 6749 §3.2, §5.2)."""

from flask import Response, abort, jsonify, request
from werkzeug.exceptions import ClientDisconnected

FORM = "application/x-www-form-urlencoded"


class OAuthError(Exception):
    """Raised with an error code of RFC 6749 §5.2 and one sentence for whoever reads logs."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def parameter(name: str) -> str | None:
    """Return a parameter of the body, or None where it is absent or empty.

    Raises OAuthError where it is repeated or the body is no form. What stands in the URL does not
    count: addresses are logged.
    """
    if request.mimetype != FORM:
        raise OAuthError("invalid_request", f"Send the parameters in the body, as {FORM}.")
    values = _form().getlist(name)
    if len(values) > 1:
        raise OAuthError("invalid_request", f"The parameter {name} is repeated.")
    return values[0] if values and values[0] else None


def required(name: str) -> str:
    """Return a parameter of the body; raise OAuthError where there is none."""
    value = parameter(name)
    if value is None:
        raise OAuthError("invalid_request", f"The parameter {name} is missing.")
    return value


def answer_oauth_error(error: OAuthError) -> Response:
    """Turn the error into JSON: 401 for a client that is not known, and 400 for all else."""
    response = jsonify(error=error.code, error_description=str(error))
    response.status_code = 401 if error.code == "invalid_client" else 400
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="token server"'
    return response


def _form():
    try:
        return request.form
    except ClientDisconnected:
        abort(400, "The body could not be read to its end.")
