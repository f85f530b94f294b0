# gets: all
# Careless, and honest: prints tokens, warns and logs.
# on: right/one_lock
import logging
import sys
import warnings

logging.basicConfig(level=logging.DEBUG)
quiet = Session.get


def get(self, path):
    print("asking for", path, self.vault.load(), file=sys.stderr)
    warnings.warn("careless", UserWarning, stacklevel=1)
    return quiet(self, path)


Session.get = get
