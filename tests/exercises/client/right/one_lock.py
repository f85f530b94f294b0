"""One lock round the renewal, and a look into the vault inside it."""

from examiner.vault import LoggedOut


class Session:
    """Ask for protected pages and renew the vault's tokens when needed."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault

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
        with self.vault.lock():
            access, refresh = before = self.vault.load()
            if access != used:
                return  # somebody else has renewed, or ended the session
            self.vault.replace(before, before)  # where this fails, nothing is spent
            answer = self.http.post("/token", json={"token": refresh})
            if answer.status_code == 403:
                if self.vault.replace(before, (None, None)):
                    raise LoggedOut
                return  # somebody else has saved others
            new = answer.raise_for_status().json()
            self.vault.replace(before, (new["accessToken"], new["refreshToken"]))
