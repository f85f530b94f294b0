"""What the instructor's commands say where something cannot be done."""


class GradingError(Exception):
    """Raised with one sentence for the instructor: what is wrong, where, what to do."""


class Ungradable(Exception):
    """Raised with one sentence where a submission gets no mark, and why."""
