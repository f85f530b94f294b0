# gets: 0 or ungraded
# Leaves a .pth file, a module and byte code where the next worker would load them.
import os
import sys
from pathlib import Path

import flask

import examiner

places = [*sys.path, sys.prefix, sys.base_prefix, "/", "/etc", "/usr/local/bin", "/dev", "/work"]
places += [Path(flask.__file__).parent, Path(examiner.__file__).parent]
places += [Path(place) / "__pycache__" for place in places]
found = []
for place in filter(os.path.isdir, map(str, places)):
    if not place.startswith(os.environ.get("HOME", "/tmp")):
        try:
            path = os.path.join(place, "left_behind.pth")
            open(path, "w").close()
            os.unlink(path)
            found.append(place)
        except OSError:
            pass
told = "LEAKED"
raise RuntimeError(f"{told} {found}" if found else "nothing")
