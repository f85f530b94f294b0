"""loses: carries, retries, bounded, shares, stays_out, unsaved

The token says when it expires, so nobody need ask the server.
"""

import threading
import time

import jwt

from examiner.vault import LoggedOut


class Session:
    """Ask for protected pages and renew the vault's tokens when needed."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.renewing = threading.Lock()

    def get(self, path):
        """Return the answer of a page; raise LoggedOut once it is over."""
        access, _ = self.vault.load()
        if access and self._expired(access):
            self._renew(access)
        return self._ask(path)[1]

    def _expired(self, access):
        claims = jwt.decode(access, options={"verify_signature": False})
        return claims["exp"] <= time.time()

    def _ask(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        sent = {"Authorization": f"Bearer {access}"}
        return access, self.http.get(path, headers=sent)

    def _renew(self, used):
        with self.renewing:
            access, refresh = self.vault.load()
            if access != used:
                return  # somebody else has renewed, or ended the session
            answer = self.http.post("/token", json={"token": refresh})
            if answer.status_code == 403:
                self.vault.clear()
                raise LoggedOut
            new = answer.raise_for_status().json()
            self.vault.save(new["accessToken"], new["refreshToken"])
