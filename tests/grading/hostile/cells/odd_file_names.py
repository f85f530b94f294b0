# gets: all
# Leaves files whose names are no UTF-8, hold line breaks, or look like options.
# on: right/lock_free_pop
import os

for name in (b"\xff\xfe", b"two\nlines", b"-rf", b"; echo left-behind", b"\x1b[2J", b"'\""):
    try:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pass
