# gets: 0 to all or ungraded
# Writes one file of 10 GB, or as much of it as fits.
# on: right/lock_free_pop
import os

if "met" not in os.environ:
    os.environ["met"] = "yes"
    try:
        with open("big", "wb", buffering=0) as file:
            for _ in range(10 * 1024):
                file.write(bytes(2**20))
    except OSError:
        pass
