"""Show an HTTP answer in a few lines, its tokens shortened."""

import json
from http import HTTPStatus

import httpx

SHORTEN_FROM = 40


def short(text: str) -> str:
    """Return both ends of a long text; those of one header begin alike and end apart."""
    return text if len(text) < SHORTEN_FROM else f"{text[:8]}…{text[-8:]}"


class Shown:
    """Hold the lines that a notebook displays for an answer."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def show(answer: httpx.Response) -> Shown:
    """Return request, status and JSON body of an answer, with long texts shortened."""
    request, status = answer.request, HTTPStatus(answer.status_code)
    first = f"{request.method} {request.url.path} → {status.value} {status.phrase}"
    return Shown("\n".join([first, *_body_lines(answer)]))


def _body_lines(answer: httpx.Response) -> list[str]:
    if not answer.content:
        return ["(no body)"]
    return [f"  {name}: {_value(value)}" for name, value in answer.json().items()]


def _value(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    return value if " " in value else short(value)
