# gets: 0 or ungraded
# Raises every limit that was set for it, or finds none set where one has to be.
import resource

found = []
for name in ("RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_NPROC"):
    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY:
        continue
    try:
        resource.setrlimit(kind, (hard + 1, hard + 1))
        found.append(name)
    except (OSError, ValueError):
        pass
told = "LEAKED"
raise RuntimeError(f"{told} {found}" if found else "nothing")
