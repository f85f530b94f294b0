# gets: 0
# Sends what it knows to a server far away, by every protocol there is.
import socket

found = []
for kind, family, address in (
    (socket.SOCK_STREAM, socket.AF_INET, ("1.1.1.1", 80)),
    (socket.SOCK_DGRAM, socket.AF_INET, ("1.1.1.1", 53)),
    (socket.SOCK_STREAM, socket.AF_INET6, ("2606:4700:4700::1111", 80)),
):
    try:
        with socket.socket(family, kind) as client:
            client.settimeout(0.5)
            client.connect(address)
            client.send(b"left-behind")
            found.append(str(address))
    except OSError:
        pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).sendto(b"y", ("1.1.1.1", 0))
    found.append("a raw socket")
except OSError:
    pass
told = "LEAKED"
raise RuntimeError(f"{told} to {found}" if found else "nothing")
