"""Tell a failure of this machine from what a student's code does: it must cost nobody a mark."""

import errno

EXHAUSTED = {
    *(errno.ENOSPC, errno.EDQUOT, errno.ENOMEM),  # no room on disk or in memory
    *(errno.EMFILE, errno.ENFILE, errno.EAGAIN),  # no file, process or thread left
}
NO_THREAD = "can't start new thread"  # all that Python says of it: it has no error of its own
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


def exhausted(error: BaseException) -> bool:
    """Return whether an error says that this machine has nothing left of something."""
    if isinstance(error, OSError):
        return error.errno in EXHAUSTED
    no_thread = isinstance(error, RuntimeError) and str(error) == NO_THREAD
    return no_thread or isinstance(error, MemoryError)
