"""loses: ends, single, shares, stays_out, unsaved

Who finds a renewal under way has nothing to do, and asks again at once.
"""

from examiner.vault import LoggedOut


class Session:
    """Ask for protected pages and renew the vault's tokens when needed."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.renewing = False

    def get(self, path):
        """Return the answer of a page; raise LoggedOut once it is over."""
        used, answer = self._ask(path)
        if answer.status_code == 401:
            self._renew(used)
            used, answer = self._ask(path)
        return answer

    def _ask(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        sent = {"Authorization": f"Bearer {access}"}
        return access, self.http.get(path, headers=sent)

    def _renew(self, used):
        access, refresh = self.vault.load()
        if access != used or self.renewing:
            return
        self.renewing = True
        try:
            answer = self.http.post("/token", json={"token": refresh})
            if answer.status_code == 403:
                self.vault.clear()
                raise LoggedOut
            new = answer.raise_for_status().json()
            self.vault.save(new["accessToken"], new["refreshToken"])
        finally:
            self.renewing = False
