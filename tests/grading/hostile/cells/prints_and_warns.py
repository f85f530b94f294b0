# gets: all
# Careless, and honest: prints, warns, logs and writes to stderr at every turn.
# on: right/lock_free_pop
import logging
import os
import sys
import warnings

logging.basicConfig(level=logging.DEBUG)
print("loading", flush=True)
os.write(1, b"to descriptor 1\n")
os.write(2, b"to descriptor 2\n")
sys.stdout.buffer.write(b"\xff\xfe\x00")
sys.__stderr__.write("a line\n")
quiet = token


def token():
    print("DEBUG", sent_token())
    warnings.warn("careless", DeprecationWarning, stacklevel=1)
    logging.error("careless")
    print({"result": 0}, file=sys.stderr)
    return quiet()
