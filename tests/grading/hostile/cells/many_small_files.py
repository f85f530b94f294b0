# gets: 0 to all or ungraded
# Makes 20,000 empty files, wherever it may, so that nobody else can make one.
# on: right/lock_free_pop
import os

if "met" not in os.environ:
    os.environ["met"] = "yes"
    try:
        for number in range(20_000):
            os.close(os.open(f"file-{number}", os.O_CREAT | os.O_WRONLY))
    except OSError:
        pass
