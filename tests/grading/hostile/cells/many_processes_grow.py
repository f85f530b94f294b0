# gets: 0 to all or ungraded
# Shares its greed among eight processes, each below what one process may have.
# on: right/lock_free_pop
import os
import threading

if "met" not in os.environ:
    os.environ["met"] = "yes"
    for _ in range(8):
        if os.fork() == 0:
            try:
                hoard = []
                for _ in range(10):
                    hoard.append(bytearray(b"x") * (16 * 2**20))
                    threading.Event().wait(0.02)
                threading.Event().wait(5)
            finally:
                os._exit(0)
