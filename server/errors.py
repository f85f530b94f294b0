"""Answer every HTTP error with JSON of one sentence, never with HTML or a traceback."""

import sqlite3

from flask import Flask, Response, json
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable

from server.wire import MAX_BODY_BYTES

SENTENCES = {
    404: "There is no such path here: see /openapi.yaml for those the server knows.",
    405: "This path does not take that method: see the Allow header for those it takes.",
    413: f"The body is too long: the server reads up to {MAX_BODY_BYTES} bytes.",
    415: "Send the body as JSON, with the header Content-Type: application/json.",
    503: "The store is busy with another program's work: try again in a moment.",
    500: "Something went wrong inside the server; the fault is not in your request.",
}


def answer_error(error: HTTPException) -> Response:
    """Turn an HTTP error into JSON; its headers (Allow, for one) stay."""
    response = error.get_response()
    response.data = json.dumps({"error": _sentence(error)})
    response.content_type = "application/json"
    return response


def answer_busy(error: sqlite3.OperationalError) -> Response:
    """Turn a database that another program holds into a 503."""
    return answer_error(ServiceUnavailable())


def register_errors(app: Flask) -> None:
    """Make the app answer its errors this way, a crash in a view included."""
    app.register_error_handler(HTTPException, answer_error)
    app.register_error_handler(sqlite3.OperationalError, answer_busy)


def _sentence(error: HTTPException) -> str:
    if error.description == BadRequest.description:  # werkzeug's own, which speaks of browsers
        return "This is not an HTTP request the server can read."
    return SENTENCES.get(error.code, error.description)
