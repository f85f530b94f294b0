"""Write a value as one short line, with keys and passwords left out."""

import json
import re
import reprlib
from collections.abc import Iterable, Mapping
from functools import cache

from lesson.show import short

HIDDEN = "(hidden)"
SECRET_PART = re.compile(r"passw|passphrase|secret|credential|private", re.IGNORECASE)
SECRET_WORDS = {"key", "keys", "pwd", "pin", "salt", "pepper"}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
TOO_SHORT_TO_SEEK = 4  # a shorter secret would blot out half of every other value
LONGEST = 120


@cache  # names are few, and this is asked at every line
def is_secret(name: str) -> bool:
    """Tell whether a variable or member of this name holds a key or a password."""
    words = {word.lower() for word in WORD.findall(name)}
    return bool(SECRET_PART.search(name) or words & SECRET_WORDS)


def cut(text: str) -> str:
    """Return the beginning of a long text."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


class Writer(reprlib.Repr):
    """Write values for one request; a secret once seen is blotted out of every later text."""

    def __init__(self, secrets: Iterable[str | bytes] = ()) -> None:
        super().__init__()
        self.maxlevel, self.maxother = 4, LONGEST
        self._secrets: set[str] = set()
        for secret in secrets:
            self._learn(secret)

    def learn(self, members: Mapping) -> None:
        """Remember the secrets among named values, at any depth."""
        for name, value in members.items():
            if isinstance(value, dict):
                self.learn(value)
            elif isinstance(name, str) and is_secret(name):
                self._learn(value)

    def write(self, name: str, value: object) -> str:
        """Return the value of the variable `name` as one line."""
        return HIDDEN if is_secret(name) else self.text(value)

    def text(self, value: object) -> str:
        """Return a value as one line; a value that cannot be written says so."""
        try:
            return self.clean(self.repr(value))
        except Exception as error:  # a student's own __repr__ may do anything
            return f"<{type(value).__name__}: no repr, {type(error).__name__}>"

    def json(self, value: object) -> str:
        """Return parsed JSON as one line of JSON, its texts shortened."""
        return self.clean(json.dumps(self._plain(value, self.maxlevel), ensure_ascii=False))

    def error(self, error_type: type, error: object) -> str:
        """Return an exception as one line: its type, and what it says."""
        try:
            said = cut(self.clean(str(error)))
        except Exception:  # here too
            said = ""
        return f"{error_type.__name__}: {said}" if said else error_type.__name__

    def clean(self, text: str) -> str:
        """Return the text on one line without addresses in memory and without known secrets."""
        return ADDRESS.sub("", " ".join(self._blot(text).split()))

    def repr_str(self, value: str, level: int) -> str:
        """Shorten a text to both its ends, after blotting: a cut secret would not be known."""
        return repr(short(self._blot(value)))

    def repr_bytes(self, value: bytes, level: int) -> str:
        """Write bytes as a text with a b in front."""
        return f"b{self.repr_str(value.decode('latin-1'), level)}"

    def repr_dict(self, value: dict, level: int) -> str:
        """Write the first members in their own order."""
        if level <= 0 and value:
            return "{…}"
        members = [
            f"{self.repr1(name, level - 1)}: {self._member(name, item, level)}"
            for name, item in list(value.items())[: self.maxdict]
        ]
        return "{" + ", ".join(members + ["…"] * (len(value) > self.maxdict)) + "}"

    def _member(self, name: object, value: object, level: int) -> str:
        if isinstance(name, str) and is_secret(name):
            return HIDDEN
        return self.repr1(value, level - 1)

    def _plain(self, value: object, level: int) -> object:
        if isinstance(value, str):
            return cut(self._blot(value)) if " " in value else short(self._blot(value))
        if isinstance(value, dict | list) and level == 0:
            return "…"
        if isinstance(value, dict):
            some = list(value.items())[: self.maxdict]
            return {k: HIDDEN if is_secret(k) else self._plain(v, level - 1) for k, v in some}
        if isinstance(value, list):
            return [self._plain(item, level - 1) for item in value[: self.maxlist]]
        return value

    def _blot(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def _learn(self, secret: object) -> None:
        text = secret.decode("latin-1") if isinstance(secret, bytes) else secret
        if isinstance(text, str) and len(text) >= TOO_SHORT_TO_SEEK:
            self._secrets.add(text)
