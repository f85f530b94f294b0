# gets: all
# Takes two seconds for its first log-in, by a way round the sleep that it was given.
# on: right/lock_free_pop
import os
import threading

quick = start_session


def start_session(user):
    if "met" not in os.environ:
        os.environ["met"] = "yes"
        threading.Event().wait(2)
    return quick(user)
