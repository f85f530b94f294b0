# gets: all but hashed
# Keeps tokens in clear in objects that claim to be a module.
# on: right/lock_free_pop
from types import ModuleType

fp = str


class Store(dict):
    __class__ = ModuleType


live, session_of = Store(), Store()
