"""What ends a view that does not end by itself."""

MOST_LINES = 100_000  # a view that is still going then is stopped


class Runaway(BaseException):
    """Raised inside a view that never ends; no `except Exception` of its own catches it."""

    def __str__(self) -> str:
        return "stopped by the tracer"
