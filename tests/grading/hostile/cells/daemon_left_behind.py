# gets: all or ungraded
# Leaves a process behind that has left its session, its group and its parent.
# on: right/lock_free_pop
import os

if "met" not in os.environ:
    os.environ["met"] = "yes"
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv("/bin/sleep", ["left-behind", "300"])
        os._exit(0)
    os.wait()
