"""Write a value as one short line, with keys and passwords left out."""

import json
import re
import reprlib
from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import islice

from lesson.show import short
from lesson.tracing.fields import fields, writes_itself
from lesson.tracing.runaway import Runaway
from lesson.tracing.stores import STORES, store_text

HIDDEN = "(hidden)"
NAMES = r"passw\w*|passphrase|passcode|secret\w*|credential\w*|private\w*|api_?key|jwt_?key"
SECRET_PART = re.compile(rf"{NAMES}|keyring|(?:signing|private|hmac|enc)_?key", re.IGNORECASE)
SECRET_WORDS = {"key", "keys", "pwd", "pass", "pin", "otp", "salt", "pepper"}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# As in a raw body or an object's own repr: password='…', "secret": "…"
NAMED_SECRET = re.compile(
    rf"""((?:{NAMES})["']?\s*[:=]\s*["']?)(?!\(hidden)[^"'\s,)&}}]+""", re.IGNORECASE
)
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
AS_JSON = json.JSONEncoder(ensure_ascii=False).encode
TOO_SHORT_TO_SEEK = 4  # a shorter secret would blot out half of every other value
LONGEST, DEEPEST, WIDEST, MOST_FIELDS = 120, 4, 50, 6
MOST_SEARCHED = 500  # members of one value in which secrets are looked for
BASES = (str, bytes, dict, list, tuple, set, frozenset)
KNOWN = {*BASES, int, deque, array}
STORE, FIELDS, ITSELF = "store", "fields", "itself"


@cache  # names are few, and this is asked at every line
def is_secret(name: str) -> bool:
    """Return whether a variable or member of this name holds a key or a password."""
    words = {word.lower() for word in WORD.findall(name)}
    return bool(SECRET_PART.search(name) or words & SECRET_WORDS)


@lru_cache(maxsize=1024)  # most texts come back at the next line
def _blot_named(text: str) -> str:
    return NAMED_SECRET.sub(rf"\1{HIDDEN}", text)


def cut(text: str, longest: int = LONGEST) -> str:
    """Return the beginning of a long text."""
    return text if len(text) <= longest else f"{text[:longest]}…"


class Writer(reprlib.Repr):
    """Write values for one request; a secret once seen is blotted out of every later text.

    It knows from the start what a writer `like` it knows.
    """

    def __init__(self, like: "Writer | None" = None) -> None:
        super().__init__()
        self.maxlevel, self.maxother = DEEPEST, LONGEST
        self._secrets: set[str] = set(like._secrets) if like else set()
        self._pattern: re.Pattern | None = like._pattern if like else None
        self._written: dict[str, str] = {}
        self._clean_texts: dict[str, str] = {}

    @property
    def known(self) -> int:
        """Return how many secrets are known so far."""
        return len(self._secrets)

    def learn(self, name: str, value: object) -> None:
        """Remember what is secret in a named value: all of it, or members with such names."""
        kind = type(value)
        if not (is_secret(name) if kind in (str, bytes) else _has_members(kind)):
            return  # as most values, and this is asked at every line
        waiting = deque([(name, value, DEEPEST)])
        for _ in range(MOST_SEARCHED):
            if not waiting:
                return
            name, value, level = waiting.popleft()
            kind, secret = type(value), type(name) is str and is_secret(name)
            if kind in (str, bytes):
                if secret:
                    self._remember(value)
            elif level > 0 and _has_members(kind):
                members = islice(_members(value), WIDEST)
                waiting += ((name if secret else n, item, level - 1) for n, item in members)

    def write(self, name: str, value: object) -> str:
        """Return the value of the variable `name` as one line."""
        if is_secret(name):
            return HIDDEN
        if type(value) is not str:
            return self.text(value)
        if value not in self._written:
            self._written[value] = self.text(value)
        return self._written[value]

    def text(self, value: object) -> str:
        """Return a value as one line; a value that cannot be written says so."""
        try:
            return self._cleaned(self.repr(value))
        except Runaway:
            raise
        except BaseException as error:  # a __repr__ may do anything, and exit too
            return f"<{type(value).__name__}: no repr, {type(error).__name__}>"

    def json(self, value: object) -> str:
        """Return parsed JSON as one line of JSON, its texts shortened."""
        return self.clean(AS_JSON(self._plain(value, self.maxlevel)))

    def error(self, error_type: type, error: object, longest: int = LONGEST) -> str:
        """Return an exception as one line: its type, and what it says."""
        try:
            said = cut(self.clean(str(error)), longest)
        except Runaway:
            raise
        except BaseException:  # here too
            said = ""
        return f"{error_type.__name__}: {said}" if said else error_type.__name__

    def clean(self, text: str) -> str:
        """Return the text on one line without addresses in memory and without known secrets."""
        line = " ".join(self._blot(text).split())
        if " at 0x" in line:
            line = ADDRESS.sub("", line)
        # Half a surrogate pair has no UTF-8, so neither a page nor a terminal would take it.
        return line if line.isascii() else line.encode(errors="backslashreplace").decode()

    def repr1(self, value: object, level: int) -> str:
        """Write a value by its type, and not by the name of its type, which anybody may use."""
        if type(value) in KNOWN:
            return super().repr1(value, level)
        return self.repr_instance(value, level)

    def repr_instance(self, value: object, level: int) -> str:
        """Write a store as what it holds, and what has no safe text of its own as its fields."""
        way = _way(type(value))
        if way is STORE:
            return store_text(value)
        if way is FIELDS:
            return self._object(type(value).__name__, list(islice(fields(value), WIDEST)), level)
        if way is ITSELF:
            return super().repr_instance(value, level)
        return self.repr1(_plain_copy(value, way), level)

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
            for name, item in islice(value.items(), self.maxdict)
        ]
        return "{" + ", ".join(members + ["…"] * (len(value) > self.maxdict)) + "}"

    def repr_set(self, value: set, level: int) -> str:
        """Write a set in the order of its texts: a set of mixed things has none of its own."""
        if not value:
            return "set()"
        texts = sorted(self.repr1(item, level - 1) for item in islice(value, WIDEST))
        more = ["…"] * (len(value) > self.maxset)
        return "{" + ", ".join([*texts[: self.maxset], *more]) + "}"

    def repr_frozenset(self, value: frozenset, level: int) -> str:
        """Write a frozenset like a set."""
        return f"frozenset({self.repr_set(set(value), level) if value else ''})"

    def _member(self, name: object, value: object, level: int) -> str:
        if type(name) is str and is_secret(name):
            return HIDDEN
        return self.repr1(value, level - 1)

    def _object(self, name: str, found: list[tuple[str, object]], level: int) -> str:
        if level <= 0 and found:
            return f"{name}(…)"
        members = [f"{n}={self._member(n, item, level)}" for n, item in found[:MOST_FIELDS]]
        more = ["…"] * (len(found) > MOST_FIELDS)
        return cut(self.clean(f"{name}({', '.join([*members, *more])})"))

    def _plain(self, value: object, level: int) -> object:
        if isinstance(value, str):
            return cut(self._blot(value)) if " " in value else short(self._blot(value))
        if isinstance(value, dict | list) and level == 0:
            return "…"
        if isinstance(value, dict):
            return dict(self._plain_members(value, level))
        if isinstance(value, list):
            return [self._plain(item, level - 1) for item in value[: self.maxlist]]
        return value

    def _plain_members(self, members: Mapping, level: int) -> Iterator[tuple[str, object]]:
        for name, value in islice(members.items(), self.maxdict):
            yield name, HIDDEN if is_secret(name) else self._plain(value, level - 1)

    def _cleaned(self, text: str) -> str:
        """Return the same as `clean`, which was asked for most texts at the line before."""
        if text not in self._clean_texts:
            self._clean_texts[text] = self.clean(text)
        return self._clean_texts[text]

    def _blot(self, text: str) -> str:
        if self._pattern:
            text = self._pattern.sub(HIDDEN, text)
        return _blot_named(text) if ":" in text or "=" in text else text

    def _remember(self, secret: str | bytes) -> None:
        text = secret.decode("latin-1") if isinstance(secret, bytes) else secret
        # As it stands in JSON or in a repr, too: there quotes and line ends are escaped.
        forms = {text, json.dumps(text)[1:-1], repr(text)[1:-1]} - self._secrets
        forms = {form for form in forms if len(form) >= TOO_SHORT_TO_SEEK and form not in HIDDEN}
        if forms:
            self._secrets |= forms
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
            self._written.clear()
            self._clean_texts.clear()


@lru_cache(maxsize=1024)  # asked at every line
def _way(kind: type) -> str | type:
    """Return how values of a type are written: one of the three words, or the type they extend."""
    if issubclass(kind, STORES):
        return STORE
    base = next((base for base in BASES if issubclass(kind, base)), None)
    if base and kind.__repr__ is base.__repr__:
        return base
    return ITSELF if writes_itself(kind) else FIELDS


def _has_members(kind: type) -> bool:
    return kind in (dict, list, tuple, set) or _way(kind) is FIELDS


def _members(value: object) -> Iterator[tuple[object, object]]:
    """Yield name and value of what is in a collection or an object, None where it has no name."""
    kind = type(value)
    if kind is dict:
        yield from value.items()
    elif kind in (list, tuple, set):
        yield from ((None, item) for item in value)
    else:
        yield from fields(value)


def _plain_copy(value: object, base: type) -> object:
    """Return the beginning of a str, bytes or collection, made with none of its own methods."""
    if base is dict:
        return dict(islice(dict.items(value), WIDEST))
    if base in (str, bytes):
        return base.__getitem__(value, slice(None))
    return base(islice(base.__iter__(value), WIDEST))
