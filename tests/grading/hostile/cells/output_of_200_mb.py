# gets: all
# Prints 200 MB, half of it in one line, and then does honest work.
# on: right/lock_free_pop
import os
import sys

if "met" not in os.environ:
    os.environ["met"] = "yes"
    line = "y" * (100 * 2**20)
    print(line)
    for _ in range(100):
        sys.stderr.write(line[: 2**20])
    del line
