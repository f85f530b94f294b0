"""Explore a whole session: log in, call, refresh and log out with buttons."""

from lesson.widgets.explorer import Explorer


def explore() -> Explorer:
    """Return an explorer with a token server of its own; one started before is stopped."""
    return Explorer()
