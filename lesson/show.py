"""Show an HTTP answer in a few lines, its tokens shortened."""

import json
from http import HTTPStatus

import httpx

from examiner.mistake import Mistake

SHORTEN_FROM = 40


def short(text: str) -> str:
    """Return both ends of a long text; tokens of one kind begin alike and end apart.

    Raises Mistake for anything but a text.
    """
    if not isinstance(text, str):
        raise Mistake(f"short() takes a text, such as a token, and not a {type(text).__name__}.")
    return text if len(text) < SHORTEN_FROM else f"{text[:8]}…{text[-8:]}"


class Shown:
    """Hold the lines that a notebook displays for an answer."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def show(answer: httpx.Response) -> Shown:
    """Return request, status and body of an answer, with long texts shortened.

    Raises Mistake for anything but an answer.
    """
    if not isinstance(answer, httpx.Response):
        raise Mistake('show() takes what the client got back, as in: show(client.get("/me")).')
    request, status = answer.request, answer.status_code
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "(no standard status)"
    first = f"{request.method} {request.url.path} → {status} {phrase}"
    return Shown("\n".join([first, *_body_lines(answer)]))


def _body_lines(answer: httpx.Response) -> list[str]:
    if not answer.content:
        return ["(no body)"]
    try:
        members = answer.json().items()
    except (ValueError, AttributeError):  # another server may answer with what is no JSON object
        return [f"  {answer.text:.200}"]
    return [f"  {name}: {_value(value)}" for name, value in members]


def _value(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    return value if " " in value else short(value)
