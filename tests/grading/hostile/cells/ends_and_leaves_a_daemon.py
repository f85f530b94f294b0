# gets: 0 or ungraded
# Ends at once, while a child goes on and holds its pipes: is the examiner told of the end?
import os
import threading

if os.fork() == 0:
    os.setsid()
    threading.Event().wait(120)
os._exit(0)
