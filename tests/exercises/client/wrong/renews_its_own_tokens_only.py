"""loses: shares

Tokens that another tab has saved are that tab's to renew.
"""

from examiner.vault import LoggedOut


class Session:
    """Ask for protected pages and renew the vault's tokens when needed."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.own = vault.load()

    def get(self, path):
        """Return the answer of a page; raise LoggedOut once it is over."""
        used, answer = self._ask(path)
        if answer.status_code == 401:
            with self.vault.lock():
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
        before = self.vault.load()
        if before[0] != used or before != self.own:
            return
        self.vault.replace(before, before)
        answer = self.http.post("/token", json={"token": before[1]})
        if answer.status_code == 403:
            self.vault.replace(before, (None, None))
            return
        new = answer.raise_for_status().json()
        after = new["accessToken"], new["refreshToken"]
        self.vault.replace(before, after)
        self.own = after
