# gets: all but hashed
# Keeps tokens in clear in texts that say something else when they are asked.
# on: right/lock_free_pop
class Quiet(str):
    def __str__(self):
        return "nothing"

    __repr__ = __str__


fp = Quiet
