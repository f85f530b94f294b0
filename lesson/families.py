"""A store that remembers which refresh token came from which, for the lessons on rotation.

It is openly incomplete: whoever asks it and then tells it has no lock around the two, which is
what the lesson on races attacks, and no session of it ever ends by the clock.
"""

from dataclasses import dataclass

from examiner.mistake import Mistake
from server.store import token_hash

LIVE, SPENT, REVOKED = "live", "spent", "revoked"


@dataclass
class Node:
    """Hold what is known of one refresh token: its name, place and state, never its text."""

    name: str
    user: str
    family: int
    parent: str | None = None
    state: str = LIVE


class Families:
    """Remember every refresh token, used or not: a family is what came from one log-in.

    It can stand wherever the server takes a store: what it holds is what is live, and to discard
    a token is to end its family.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}

    @property
    def nodes(self) -> list[Node]:
        """Return every token's node, oldest first."""
        return list(self._nodes.values())

    def node(self, token: str) -> Node | None:
        """Return what is known of a token, or None where it was never issued."""
        return self._nodes.get(token_hash(token))

    def add(self, token: str, user: str) -> None:
        """Begin a family: `token` is the first refresh token after a log-in of `user`."""
        family = 1 + max((node.family for node in self.nodes), default=0)
        self._keep(token, user, family, parent=None)

    def follow(self, old: str, new: str) -> None:
        """Mark `old` spent and remember `new` as the live token that came from it.

        Raises Mistake where the store does not know `old`.
        """
        parent = self.node(old)
        if parent is None:
            raise Mistake("follow() takes a token that this store knows, and its successor.")
        parent.state = SPENT
        self._keep(new, parent.user, parent.family, parent.name)

    def end_family(self, token: str) -> None:
        """Revoke every live token of the family `token` belongs to; an unknown token has none."""
        known = self.node(token)
        for node in self.nodes:
            if known and node.family == known.family and node.state == LIVE:
                node.state = REVOKED

    def discard(self, token: str) -> None:
        """End the family of `token`: this is what the server's log-out calls."""
        self.end_family(token)

    def discard_all(self, user: str) -> None:
        """Revoke every live token of a user: the server calls this when one is disabled."""
        for node in self.nodes:
            if node.user == user and node.state == LIVE:
                node.state = REVOKED

    def rows(self) -> list[tuple[str, str]]:
        """Return a (fingerprint, user) pair for each live token, oldest first."""
        kept = list(self._nodes.items())  # a copy: another request may add one meanwhile
        return [(mark, node.user) for mark, node in kept if node.state == LIVE]

    def __contains__(self, token: str) -> bool:
        node = self.node(token)
        return node is not None and node.state == LIVE

    def __len__(self) -> int:
        return len(self.rows())

    def __repr__(self) -> str:
        return f"Families({', '.join(f'{node.name} {node.state}' for node in self.nodes)})"

    def _keep(self, token: str, user: str, family: int, parent: str | None) -> None:
        name = f"R{len(self._nodes) + 1}"
        self._nodes[token_hash(token)] = Node(name, user, family, parent)
