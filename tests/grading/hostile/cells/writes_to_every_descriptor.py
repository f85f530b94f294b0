# gets: 0 or ungraded
# Writes junk without end to descriptors 1 to 20, pipes to the examiner among them.
import os

while True:
    for descriptor in range(1, 21):
        try:
            os.set_blocking(descriptor, False)
            os.write(descriptor, b"y" * 65536)
        except OSError:
            pass
