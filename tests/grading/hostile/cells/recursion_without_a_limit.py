# gets: 0 or ungraded
# Recurses until the stack of the process is full.
import sys

sys.setrecursionlimit(2**31 - 1)


class Deep:
    def __repr__(self):
        return repr(self)


repr(Deep())
