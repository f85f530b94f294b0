"""loses: saves_first, single, survives, shares, stays_out, unsaved

First see that the new tokens work, then save them.
"""

import threading

from examiner.vault import LoggedOut


class Session:
    """Keep the tokens in memory."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.access, self.refresh = vault.load()
        self.renewing = threading.Lock()

    def get(self, path):
        self.access, self.refresh = self.vault.load()
        used, answer = self._ask(path)
        if answer.status_code == 401:
            self._renew(used)
            used, answer = self._ask(path)
            if answer.is_success:
                self.vault.save(self.access, self.refresh)
        return answer

    def _ask(self, path):
        if self.access is None:
            raise LoggedOut
        used = self.access
        return used, self.http.get(path, headers={"Authorization": f"Bearer {used}"})

    def _renew(self, used):
        with self.renewing:
            if self.access != used:
                return
            answer = self.http.post("/token", json={"token": self.refresh})
            if answer.status_code == 403:
                self.access = self.refresh = None
                self.vault.clear()
                raise LoggedOut
            new = answer.raise_for_status().json()
            self.access, self.refresh = new["accessToken"], new["refreshToken"]
