"""The live tree: people send requests at a button, and a family tree grows or ends."""

from collections.abc import Callable
from typing import Any

import httpx

from lesson.course import Course, new_course
from lesson.families import Families
from lesson.family_tree import FamilyTree, family_tree
from lesson.widgets.buttons import ButtonWidget
from lesson.widgets.front_end import es_module, style_sheet

PEOPLE = {
    "Alice": {"username": "alice", "password": "wonderland"},
    "Bob": {"username": "bob", "password": "builder"},
}


class LiveTree(ButtonWidget):
    """Let a theft be played with buttons; each request is a real one."""

    _esm = es_module("live_tree.js")
    _css = style_sheet("live_tree.css")

    def __init__(self, view: Callable) -> None:
        super().__init__(Scene(view), {move: move for move in MOVES})

    def as_html(self) -> str:
        """Return the tree as picture and list."""
        return self._played.tree()._repr_html_()

    def as_text(self) -> str:
        """Return the tree as indented text."""
        return repr(self._played.tree())


class Scene:
    """Hold a server and who holds which refresh token."""

    course: Course

    def __init__(self, view: Callable) -> None:
        self._view = view
        self.hands: dict[str, str] = {}
        self.says = ""
        self.start()

    @property
    def store(self) -> Families:
        """Return the store of the server that is running now."""
        return self.course.refresh_tokens

    def do(self, move: str) -> None:
        """Make one of the MOVES; anything else is passed over."""
        if move in MOVES:
            MOVES[move](self)

    def tree(self) -> FamilyTree:
        """Return the tree as the store has it now."""
        return family_tree(self.store, self.hands)

    def state(self) -> dict[str, Any]:
        """Return everything the browser shows, as plain data."""
        tree = self.tree()
        return {"says": self.says, "drawing": tree.svg(), "words": [*map(list, tree.lines())]}

    def start(self) -> None:
        """Begin anew, with a server on which Alice and Bob have logged in."""
        self.course = new_course("live tree", Families())
        self.course.mount(self._view)
        self.hands = {}
        for who in PEOPLE:
            self.log_in(who)
        self.says = "Alice and Bob have logged in. Mallory holds nothing yet."

    def log_in(self, who: str) -> None:
        """Send name and password."""
        answer = self.course.client.post("/login", json=PEOPLE[who])
        self.hands[who] = answer.json()["refreshToken"]
        self.says = f"{who} logs in: a new family begins with {self._held(who)}."

    def copy(self) -> None:
        """Put what Alice holds into Mallory's hand too; no request is sent."""
        self.hands["Mallory"] = self.hands["Alice"]
        self.says = f"Mallory has a copy of {self._held('Alice')}. The server does not notice."

    def refresh(self, who: str) -> None:
        """Send what somebody holds to /token, and keep what comes back."""
        if who not in self.hands:
            self.says = f"{who} has nothing to send: let her copy Alice's token first."
            return
        sent = self._held(who)
        status, new = self._sent(self.hands[who])
        self.hands[who] = new or self.hands[who]
        after = f"{who} holds {self._held(who)} now." if new else self._live()
        self.says = f"{who} sends {sent}: {status}. {after}"

    def log_out(self) -> None:
        """Send what Alice holds to /logout."""
        self.course.client.request("DELETE", "/logout", json={"token": self.hands["Alice"]})
        self.says = f"Alice logs out with {self._held('Alice')}. {self._live()}"

    def _sent(self, token: str) -> tuple[str, str | None]:
        """Return status and new refresh token, if any; a learner's view may answer anything."""
        try:
            answer = self.course.client.post("/token", json={"token": token})
        except httpx.HTTPError:
            return "no answer", None
        try:
            new = answer.json().get("refreshToken")
        except (ValueError, AttributeError):
            new = None
        return str(answer.status_code), new if isinstance(new, str) else None

    def _held(self, who: str) -> str:
        node = self.store.node(self.hands[who])
        return node.name if node else "a token that the store does not know"

    def _live(self) -> str:
        live = ", ".join(
            f"{node.name} of {node.user.capitalize()}"
            for node in self.store.nodes
            if node.state == "live"
        )
        return f"Still live: {live or 'nothing'}."


MOVES: dict[str, Callable[[Scene], None]] = {
    "Alice refreshes": lambda scene: scene.refresh("Alice"),
    "Mallory copies Alice's token": Scene.copy,
    "Mallory refreshes": lambda scene: scene.refresh("Mallory"),
    "Bob refreshes": lambda scene: scene.refresh("Bob"),
    "Alice logs out": Scene.log_out,
    "Alice logs in": lambda scene: scene.log_in("Alice"),
    "Start again": Scene.start,
}
