# gets: all but hashed or ungraded
# Keeps tokens in clear in somebody else's module.
# on: right/lock_free_pop
import secrets as somewhere

fp = str
somewhere.live, somewhere.session_of = live, session_of


class Proxy:
    def __init__(self, name):
        self.name = name

    def __getattr__(self, attribute):
        return getattr(getattr(somewhere, self.name), attribute)

    def __setitem__(self, key, value):
        getattr(somewhere, self.name)[key] = value


live, session_of = Proxy("live"), Proxy("session_of")
