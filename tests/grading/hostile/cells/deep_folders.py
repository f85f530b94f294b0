# gets: 0 to all or ungraded
# Nests 3,000 folders: deeper than Python recurses, and than a path may be long.
# on: right/lock_free_pop
import os

if "met" not in os.environ:
    os.environ["met"] = "yes"
    home = os.getcwd()
    try:
        for _ in range(3_000):
            os.mkdir("d")
            os.chdir("d")
    except OSError:
        pass
    os.chdir(home)
