"""What an instructor reads instead of a traceback."""


class GradingError(Exception):
    """Raised with one sentence for the instructor: what is wrong, where, what to do."""
