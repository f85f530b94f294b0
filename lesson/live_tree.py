"""Draw a family tree that is alive: buttons send requests, and it grows or ends."""

from collections.abc import Callable

from lesson.widgets.live_tree import LiveTree


def live_tree(view: Callable) -> LiveTree:
    """Return a live tree over a view that rotates on a store of families, with its own server.

    Raises Mistake where `view` is no function.
    """
    return LiveTree(view)
