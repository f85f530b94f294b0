# gets: 0 or ungraded
# Raises an error whose text raises another, and whose class has no name.


class Kind(type):
    @property
    def __name__(cls):
        raise SystemExit(0)


class Odd(BaseException, metaclass=Kind):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __str__

    @property
    def __traceback__(self):
        raise SystemExit(0)


raise Odd
