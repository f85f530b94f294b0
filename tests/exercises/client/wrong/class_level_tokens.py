"""loses: carries, stays_out

There is one session in an app, so its tokens are the class's.
"""

from examiner.vault import LoggedOut


class Session:
    """Ask for protected pages and renew the vault's tokens when needed."""

    access = None

    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        Session.access = Session.access or vault.load()[0]

    def get(self, path):
        """Return the answer of a page; raise LoggedOut once it is over."""
        used = Session.access
        answer = self._ask(path, used)
        if answer.status_code == 401:
            with self.vault.lock():
                self._renew(used)
            Session.access, _ = self.vault.load()
            answer = self._ask(path, Session.access)
        return answer

    def _ask(self, path, access):
        if access is None:
            raise LoggedOut
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})

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
