# gets: 0 or ungraded
# Spends years inside one regular expression, where no other thread runs, deaf to all signals.
import re
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
re.match(r"(a|aa)+$", "a" * 200 + "b")
