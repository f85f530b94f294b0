# gets: all but hashed
# Keeps tokens in clear in objects whose class claims to be the library's.
# on: right/lock_free_pop
fp = str


class Store(dict):
    __module__ = "logging"


live, session_of = Store(), Store()
