"""Do something when the notebook's cell has run and shown its result."""

from collections.abc import Callable
from typing import Any

from IPython import get_ipython


def after_cell(act: Callable[[bool], None]) -> None:
    """Call `act` once after the cell that runs now, with whether it ended without an error.

    Outside a notebook there is no cell to wait for, and it is called at once.
    """
    shell = get_ipython()
    if shell is None:
        act(True)
        return

    def once(result: Any) -> None:
        shell.events.unregister("post_run_cell", once)
        act(result.success)

    shell.events.register("post_run_cell", once)
