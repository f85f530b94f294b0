# gets: 0 to all or ungraded
# Fills /dev/shm and a memfd, which count as nobody's memory, until it is refused.
# on: right/lock_free_pop
import os

if "met" not in os.environ:
    os.environ["met"] = "yes"
    for opened in (
        lambda: os.open("/dev/shm/left-behind", os.O_CREAT | os.O_WRONLY),
        lambda: os.memfd_create("left-behind"),
    ):
        try:
            target = opened()
            for _ in range(1024):
                os.write(target, bytes(2**20))
            os.close(target)
        except (OSError, MemoryError):
            pass
