# gets: 0
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
raise RuntimeError(f"LEAKED {found}" if found else "nothing")
