# gets: 0 to all but saves_first, shares or ungraded
# Saves nothing, and makes the vault say that it has.
# on: wrong/never_saves
quiet = Session.__init__


def __init__(self, http, vault):
    quiet(self, http, vault)
    vault.load = lambda: (self.access, self.refresh)


Session.__init__ = __init__
