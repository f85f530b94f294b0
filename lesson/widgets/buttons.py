"""What the widgets with buttons have in common: an action for Python, and a state from it."""

from typing import Any, Protocol

import traitlets

from lesson.widgets.base import CourseWidget


class Played(Protocol):
    """Hold what a widget shows, and change it at a button."""

    def do(self, name: str) -> None:
        """Do what a button says; pass over a name that none has."""

    def state(self) -> dict[str, Any]:
        """Return everything the browser shows, as plain data."""


class ButtonWidget(CourseWidget):
    """Show a state and buttons that change it; each of them asks Python."""

    labels = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    action = traitlets.Dict().tag(sync=True)

    def __init__(self, played: Played, labels: dict[str, str], **traits: Any) -> None:
        self._played = played
        super().__init__(labels=labels, state=played.state(), **traits)
        self.observe(self._act, "action")

    def _act(self, change: dict[str, Any]) -> None:
        asked = change["new"]
        self._played.do(str(asked.get("do", "")))
        # Numbered, so that a state like the one before is told to the browser all the same.
        self.state = {**self._played.state(), "asked": asked.get("asked")}
