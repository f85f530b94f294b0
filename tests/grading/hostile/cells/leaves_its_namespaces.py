# gets: 0 or ungraded
# Makes namespaces, mounts, a new root and another user id, to be more than it is.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
found = []
for name, call in {
    "a user namespace": lambda: libc.unshare(0x10000000),
    "a mount namespace": lambda: libc.unshare(0x00020000),
    "a mount": lambda: libc.mount(b"tmpfs", b"/mnt", b"tmpfs", 0, None),
    "writable again": lambda: libc.mount(None, b"/", None, 0x1020, None),
    "an unmount": lambda: libc.umount2(b"/proc", 2),
    "a new root": lambda: libc.chroot(b"/proc"),
    "a new host name": lambda: libc.sethostname(b"left-behind", 11),
    "another clock": lambda: libc.adjtimex(ctypes.create_string_buffer(b"\x01" + bytes(400))),
}.items():
    if os.fork() == 0:
        os._exit(0 if call() == 0 else 1)
    if os.waitstatus_to_exitcode(os.wait()[1]) == 0:
        found.append(name)
for name in ("setuid", "setgid"):
    try:
        if os.getuid():
            getattr(os, name)(0)
            found.append(name)
    except OSError:
        pass
told = "LEAKED"
raise RuntimeError(f"{told} {found}" if found else "nothing")
