"""Tell a failure of this machine from what a student's code does: it must cost nobody a mark."""

SENTENCE = (
    "Nothing can be examined on this machine now ({}): see whether the course is installed as a "
    "whole and there is room in memory and on disk, and try again."
)


class InternalError(Exception):
    """Raised with one sentence where our own side fails; `why` is what failed, in a few words."""

    def __init__(self, why: str) -> None:
        super().__init__(SENTENCE.format(why))
        self.why = why

    @classmethod
    def of(cls, error: BaseException) -> "InternalError":
        """Return it for an error of the system or of Python."""
        return cls(getattr(error, "strerror", None) or str(error) or type(error).__name__)
