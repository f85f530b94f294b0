# gets: all
# Registers handlers that never return for the end of the process.
# on: right/lock_free_pop
import atexit
import os
import threading

if "met" not in os.environ:
    os.environ["met"] = "yes"
    atexit.register(threading.Event().wait)
    threading.Thread(target=threading.Event().wait).start()
