# gets: 0 or ungraded
# Connects to a server on the loopback of the machine that grades, by each of its names.
import socket
from pathlib import Path

names = ["127.0.0.1", "localhost", "::1", "0.0.0.0", "127.0.1.1", "host.docker.internal"]
try:
    for line in Path("/proc/net/route").read_text().splitlines()[1:]:
        gateway = bytes.fromhex(line.split()[2])[::-1]
        names.append(".".join(map(str, gateway)))
except OSError:
    pass
found = []
for name in names:
    try:
        with socket.create_connection((name, int("HOST_PORT")), timeout=0.5) as client:
            client.sendall(b"left-behind")
            found.append(name)
    except (OSError, ValueError):
        pass
told = "LEAKED"
raise RuntimeError(f"{told} to {found}" if found else "nothing")
