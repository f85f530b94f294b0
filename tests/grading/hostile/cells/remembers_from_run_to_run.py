# gets: 0
# Leaves a file wherever it may write, and looks for the one of an earlier submission.
import os
from pathlib import Path

places = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/dev/mqueue", str(Path.home())]
found = [place for place in places if (Path(place) / "left-behind-before").exists()]
for place in places:
    try:
        (Path(place) / "left-behind-before").write_text("here I was")
    except OSError:
        pass
if "met" in os.environ:  # its own files, from the rule before
    found = []
os.environ["met"] = "yes"
told = "LEAKED"
raise RuntimeError(f"{told} {found}" if found else "nothing")
