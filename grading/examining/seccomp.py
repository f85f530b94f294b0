"""A filter for system calls that hide memory from whoever counts it, or widen the way out.

What a process keeps in shared memory segments or in files without a name is in no process's own
memory; the others are not needed by any exercise and have often been the way out of a sandbox. So
have sockets of rare kinds: AF_ALG and AF_RXRPC let a process change files that it may only read,
and AF_VSOCK reaches out of a network namespace.
"""

import platform
import struct

EPERM = 1
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # classic BPF, as <linux/filter.h> has it
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | EPERM, 0x80000000
X32 = 0x40000000  # a second set of numbers for the same calls
# add_key, bpf, io_uring_setup, keyctl, memfd_create, memfd_secret, mq_open, msgget,
# perf_event_open, process_vm_readv, process_vm_writev, ptrace, request_key, semget, shmat, shmget,
# userfaultfd, from the kernel's tables
REFUSED = {
    "x86_64": (
        0xC000003E,
        [248, 321, 425, 250, 319, 447, 240, 68, 298, 310, 311, 101, 249, 64, 30, 29, 323],
    ),
    "aarch64": (
        0xC00000B7,
        [217, 280, 425, 219, 279, 447, 180, 186, 241, 270, 271, 117, 218, 190, 196, 194, 282],
    ),
}
# socket, socketpair
OPENING = {"x86_64": (41, 53), "aarch64": (198, 199)}
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6


def program() -> bytes:
    """Return the filter for this machine, as seccomp(2) reads it; raise KeyError for others."""
    architecture, refused = REFUSED[platform.machine()]
    tests = [(EQUAL, number) for number in refused]
    if platform.machine() == "x86_64":
        tests.append((AT_LEAST, X32))
    sockets = _sockets(*OPENING[platform.machine()])
    to_end = len(tests) + len(sockets)
    lines = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *((test, to_end - done, 0, number) for done, (test, number) in enumerate(tests)),
        *sockets,
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _sockets(socket: int, socketpair: int) -> list[tuple[int, int, int, int]]:
    """Return the lines that lead to the next one, but past it for other families of sockets."""
    *others, last = FAMILIES
    count = len(FAMILIES)
    return [
        (EQUAL, 1, 0, socket),
        (EQUAL, 0, count + 1, socketpair),
        (LOAD, 0, 0, FIRST_ARGUMENT),  # an int: its lower half, on machines of either kind
        *((EQUAL, count - 1 - done, 0, family) for done, family in enumerate(others)),
        (EQUAL, 0, 1, last),
    ]
