# gets: 0 or ungraded
# Opens, to write, what rules the whole machine: sysrq, core_pattern, cgroups, disks, its memory.
import os
from pathlib import Path

places = ["/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory"]
places += ["/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/fuse"]
places += ["/sys/kernel/uevent_helper", "/sys/power/state", "/proc/1/oom_score_adj"]
places += [str(path) for path in Path("/sys/fs/cgroup").glob("*") if path.suffix in (".max", ".procs")]
found = []
for place in places:
    try:
        os.close(os.open(place, os.O_WRONLY))
        found.append(place)
    except OSError:
        pass
told = "LEAKED"
raise RuntimeError(f"{told} {found}" if found else "nothing")
