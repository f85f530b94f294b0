"""What an instructor can put right."""


class GradingError(Exception):
    """Raised with one sentence for the instructor: what is wrong, where, what to do."""
