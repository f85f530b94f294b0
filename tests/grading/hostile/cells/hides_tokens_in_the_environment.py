# gets: all but hashed
# Keeps tokens in clear in variables of the process, that every child inherits.
# on: right/lock_free_pop
import os

honest = issue


def issue(user, session, started):
    new = honest(user, session, started)
    os.environ["LOG"] = (os.environ.get("LOG", "") + new)[-4000:]
    return new
