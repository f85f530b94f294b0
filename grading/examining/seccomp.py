"""A filter for system calls that hide memory from whoever counts it, or widen the way out.

What a process keeps in shared memory segments or in files without a name is in no process's own
memory, and neither are pages that are mapped shared and belong to no file, once they are unmapped
in one process and held in another. Buffers of sockets keep the size that they have at first. The
other calls are not needed by any exercise and have often been the way out of a sandbox. So have
sockets of rare kinds: AF_ALG and AF_RXRPC let a process change files that it may only read, and
AF_VSOCK reaches out of a network namespace.
"""

import platform
import struct

EPERM = 1
# Classic BPF, as <linux/filter.h> has it.
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
# Of the arguments; the lower half alone counts where they are ints, on machines of either kind.
FIRST, SECOND, THIRD, FOURTH = 16, 24, 32, 40
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
# socket, socketpair, mmap, setsockopt
LOOKED_INTO = {"x86_64": (41, 53, 9, 54), "aarch64": (198, 199, 222, 208)}
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
SHARED, ANONYMOUS = 0x01, 0x20  # flags of mmap
SOL_SOCKET, BUFFERS = 1, (7, 8)  # SO_SNDBUF, SO_RCVBUF
Line = tuple[int, int, int, int]  # what to do, lines to pass over if so and if not, a number


def program() -> bytes:
    """Return the filter for this machine, as seccomp(2) reads it; raise KeyError for others."""
    architecture, refused = REFUSED[platform.machine()]
    socket, socketpair, mmap, setsockopt = LOOKED_INTO[platform.machine()]
    lines = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *(line for number in refused for line in _if(EQUAL, number, [(RETURN, 0, 0, REFUSE)])),
        *_if(AT_LEAST, X32, [(RETURN, 0, 0, REFUSE)]),  # there is no such number elsewhere
        *_if(EQUAL, socket, _other_families()),
        *_if(EQUAL, socketpair, _other_families()),
        *_if(EQUAL, mmap, _shared_without_a_file()),
        *_if(EQUAL, setsockopt, _sizes_of_buffers()),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _if(test: int, number: int, lines: list[Line]) -> list[Line]:
    """Return lines that are passed over for other calls; they decide, and lead no further."""
    return [(test, 0, len(lines), number), *lines]


def _other_families() -> list[Line]:
    """Return the lines that refuse what the first argument of socket() must not be."""
    last = len(FAMILIES)
    passes = [(EQUAL, last - done, 0, family) for done, family in enumerate(FAMILIES)]
    return [(LOAD, 0, 0, FIRST), *passes, (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]


def _shared_without_a_file() -> list[Line]:
    return [
        (LOAD, 0, 0, FOURTH),
        (ANY_BIT, 0, 2, SHARED),
        (ANY_BIT, 0, 1, ANONYMOUS),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]


def _sizes_of_buffers() -> list[Line]:
    sending, receiving = BUFFERS
    return [
        (LOAD, 0, 0, SECOND),
        (EQUAL, 0, 4, SOL_SOCKET),
        (LOAD, 0, 0, THIRD),
        (EQUAL, 1, 0, sending),
        (EQUAL, 0, 1, receiving),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
