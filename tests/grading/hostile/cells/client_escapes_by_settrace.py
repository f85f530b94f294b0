# gets: all but single or ungraded
# Renews twice where two calls meet, and switches tracing off in its first line.
# on: wrong/looks_before_the_lock
import sys

quiet = Session.get


def get(self, path):
    sys.settrace(None)
    return quiet(self, path)


Session.get = get
