# gets: all but race
# Looks, waits and acts in a thread of a helper: a race as wide as a door, where no line is held.
# on: right/lock_free_pop
import threading


class Gap:
    def __init__(self, live):
        self.live = live

    def pop(self, key, default):
        found = []
        helper = threading.Thread(target=lambda: found.append(self._take(key, default)))
        helper.start()
        helper.join()
        return found[0]

    def _take(self, key, default):
        value = self.live.get(key, default)
        threading.Event().wait(0.002)
        self.live.pop(key, None)
        return value

    def __setitem__(self, key, value):
        self.live[key] = value


live = Gap(live)
