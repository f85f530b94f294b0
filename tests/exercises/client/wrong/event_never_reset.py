"""loses: replaces, single, survives, shares, unsaved

The first makes an event, and who finds it waits for it.
"""

import threading

from examiner.vault import LoggedOut


class Session:
    """Ask for protected pages and renew the vault's tokens when needed."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.guard, self.done = threading.Lock(), None

    def get(self, path):
        """Return the answer of a page; raise LoggedOut once it is over."""
        used, answer = self._ask(path)
        if answer.status_code == 401:
            with self.guard:
                first = self.done is None
                self.done = self.done or threading.Event()
            if first:
                self._lead(used)
            self.done.wait()
            used, answer = self._ask(path)
        return answer

    def _lead(self, used):
        try:
            with self.vault.lock():
                self._renew(used)
        finally:
            self.done.set()

    def _ask(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        sent = {"Authorization": f"Bearer {access}"}
        return access, self.http.get(path, headers=sent)

    def _renew(self, used):
        before = self.vault.load()
        if before[0] != used:
            return
        self.vault.replace(before, before)
        answer = self.http.post("/token", json={"token": before[1]})
        if answer.status_code == 403:
            self.vault.replace(before, (None, None))
            return
        new = answer.raise_for_status().json()
        self.vault.replace(before, (new["accessToken"], new["refreshToken"]))
