"""A learner's mistake, told in one sentence."""


class Mistake(Exception):
    """Raised for a learner's mistake; a notebook shows its sentence and no traceback."""

    def _render_traceback_(self) -> list[str]:
        """Give IPython what it prints instead of a traceback."""
        return [str(self)]
