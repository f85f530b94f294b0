"""Write what a store of refresh tokens holds, short enough for a column of a table."""

from collections.abc import Iterator
from itertools import groupby

from lesson.families import Families, Node
from server.store import MemoryStore, SQLiteStore

STORES = (MemoryStore, SQLiteStore, Families)
MOST_TOKENS = 3  # written one by one
DIGITS = 4  # of a token's hash


def store_text(store: MemoryStore | SQLiteStore | Families) -> str:
    """Return the tokens that a store holds, in braces.

    It asks the course's own methods, and not those of a learner's subclass.
    """
    if isinstance(store, Families):
        return "{" + ", ".join(_states(Families.nodes.fget(store))) + "}"
    kind = MemoryStore if isinstance(store, MemoryStore) else SQLiteStore
    rows = kind.rows(store)
    texts = [f"{user}'s {mark[:DIGITS]}…" for mark, user in rows[-MOST_TOKENS:]]
    if len(rows) > MOST_TOKENS:
        return "{" + f"{len(rows)} tokens, the newest {texts[-1]}" + "}"
    return "{" + ", ".join(texts) + "}"


def _states(nodes: list[Node]) -> Iterator[str]:
    """Yield name and state, neighbours of one state together."""
    for state, group in groupby(nodes, lambda node: node.state):
        first, *more = [node.name for node in group]
        yield f"{first} to {more[-1]} {state}" if more else f"{first} {state}"
