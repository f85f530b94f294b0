"""Expect an error in a cell, and print it as one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from examiner.mistake import Mistake


@contextmanager
def expect(error_type: type[Exception]) -> Iterator[None]:
    """Print the expected error as one line; raise Mistake where none came or no type is given.

    An error of another type goes on as it is.
    """
    if not (isinstance(error_type, type) and issubclass(error_type, Exception)):
        raise Mistake("expect() takes the type of an error, as in: with expect(ValueError):")
    try:
        yield
    except error_type as error:
        print(f"{type(error).__name__}: {error}")
    else:
        raise Mistake(f"This cell was meant to end in {error_type.__name__}, and no error came.")
