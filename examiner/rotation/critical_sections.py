"""Remember at which places in a row others had to wait for the one that was held there."""

from itertools import groupby


class CriticalSections:
    """Learn the critical sections of a request from where somebody was held, place by place.

    Their order is the one in which the request has come to them.
    """

    def __init__(self) -> None:
        self._waited: dict[int, bool] = {}  # place → whether all others always had to wait there

    def note(self, place: int, waited: bool) -> None:
        """Note whether all that came had to wait while somebody was held at a place."""
        self._waited[place] = waited and self._waited.get(place, True)

    def inner(self) -> set[int]:
        """Return the places that are neither the first, nor the last, nor in the midst of one."""
        sections = groupby(self._waited, self._waited.__getitem__)
        return {place for waited, section in sections if waited for place in _inner([*section])}


def _inner(section: list[int]) -> set[int]:
    return {*section} - {section[0], section[len(section) // 2], section[-1]}
