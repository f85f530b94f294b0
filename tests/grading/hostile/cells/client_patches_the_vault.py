# gets: 11
# Saves nothing, and makes every vault say that it has.
# on: wrong/never_saves
quiet = Session.__init__
latest = None


def __init__(self, http, vault):
    global latest
    quiet(self, http, vault)
    latest = self
    for kind in type(vault).__mro__[:-1]:
        kind.load = lambda self: (latest.access, latest.refresh)


Session.__init__ = __init__
