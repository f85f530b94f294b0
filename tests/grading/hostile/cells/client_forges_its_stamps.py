# gets: all but saves_first, shares
# Saves nothing, and tells the examiner's server in each request that it has.
# on: wrong/never_saves
class Boast:
    """Claim to be a vault that holds what was brought last."""

    def __init__(self, session):
        self.session = session

    def load(self):
        return self.session.access, self.session.refresh


quiet = Session.__init__


def __init__(self, http, vault):
    quiet(self, http, vault)
    for transport in [http._transport, *http._mounts.values()]:
        if hasattr(transport, "_vault"):
            transport._vault = Boast(self)


Session.__init__ = __init__
