# gets: 0 or ungraded
# Shows that it runs as the machine's own root, or with a capability.
import re
from pathlib import Path

status = Path("/proc/self/status").read_text()
able = {name: int(value, 16) for name, value in re.findall(r"(Cap\w+):\s(\w+)", status)}
mapped = Path("/proc/self/uid_map").read_text().split()
own = mapped == ["0", "0", "4294967295"]
root = own and re.search(r"Uid:\s0\s", status)
more = own and able["CapEff"]
free = "NoNewPrivs:\t0" in status
told = "LEAKED"
raise RuntimeError(f"{told} {root=} {more=} {free=}" if root or more or free else "nothing")
