# gets: 0 to all or ungraded
# Opens files until it is refused, and keeps them open.
# on: right/lock_free_pop
import os

if "met" not in os.environ:
    os.environ["met"] = "yes"
    opened = []
    try:
        while True:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        del opened[:150]
