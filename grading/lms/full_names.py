"""Whether two full names can be one person's, and the parts of one."""

from grading.lms.names import words


def agree(one: str, other: str) -> bool:
    """Return whether two names can be one person's: the longer has each word of the shorter.

    An initial will do. Order, capitals and accents do not count; an empty name agrees with any.
    """
    shorter, longer = sorted([words(one), words(other)], key=len)
    return all(
        any(word.startswith(part) or part.startswith(word) for word in longer) for part in shorter
    )


def split(full_name: str) -> tuple[str, str]:
    """Return first and last name of "Ada Lovelace" or "Lovelace, Ada"."""
    last, comma, first = full_name.partition(",")
    if not comma:
        first, _, last = full_name.strip().rpartition(" ")
    return first.strip(), last.strip()
