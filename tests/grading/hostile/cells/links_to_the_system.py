# gets: all or ungraded
# Fills its folder with links to files and folders of the system, and with a pipe nobody writes.
# on: right/lock_free_pop
import os

for number, target in enumerate(("/etc/shadow", "/", "/proc/self/mem", "/dev/zero", ".")):
    try:
        os.symlink(target, f"link-{number}")
    except OSError:
        pass
try:
    os.mkfifo("pipe")
except OSError:
    pass
