# gets: all but hashed
# Keeps tokens in clear, and raises an error without name and words where anybody looks.
# on: right/lock_free_pop
fp = str
Nameless = type("", (Exception,), {})


class Trap:
    @property
    def __class__(self):
        raise Nameless


trap = Trap()
