# gets: 0 or ungraded
# Prints without end, deaf to every signal that can be ignored.
import os
import signal
import sys

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    print("y" * 4096)
    print("n" * 4096, file=sys.stderr)
