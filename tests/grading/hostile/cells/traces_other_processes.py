# gets: 0 or ungraded
# Attaches to every other process with ptrace, and writes into it.
import ctypes
import os
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)
found = []
for process in Path("/proc").glob("[0-9]*"):
    number = int(process.name)
    if number in (os.getpid(), 1):
        continue
    if libc.ptrace(16, number, None, None) == 0:
        words = (process / "cmdline").read_bytes()
        libc.ptrace(17, number, None, None)
        found += [words.decode()] * (b"bwrap" not in words)
told = "LEAKED"
raise RuntimeError(f"{told} {found}" if found else "nothing")
