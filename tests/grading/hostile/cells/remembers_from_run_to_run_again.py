# gets: 0
# The second of the two: looks for what `remembers_from_run_to_run` has left.
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
