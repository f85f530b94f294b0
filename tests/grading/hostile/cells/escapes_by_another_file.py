# gets: all but race or ungraded
# Gives its functions the name of another file: only lines of the cell are counted.
# on: wrong/select_then_update
from types import FunctionType

for thing in [*globals().values()]:
    if isinstance(thing, FunctionType) and thing.__module__ == __name__:
        thing.__code__ = thing.__code__.replace(co_filename="elsewhere.py")
