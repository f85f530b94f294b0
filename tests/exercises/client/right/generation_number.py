"""A number counts the renewals; who comes with an old number has nothing to renew.

Tokens that the vault does not take are used from memory, and offered to it again.
"""

import threading
from contextlib import suppress

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http = http
        self.vault = vault
        self.tokens = self.seen = vault.load()
        self.generation = 0
        self.lock = threading.RLock()

    def get(self, path):
        generation = self.look()
        answer = self.ask(path)
        if answer.status_code == 401:
            with self.vault.lock(), self.lock:
                self.look()
                if self.generation == generation:
                    self.renew()
            answer = self.ask(path)
        return answer

    def look(self):
        """Count what another tab has done as a renewal too."""
        with self.lock:
            if self.vault.load() != self.seen:
                self.take()
            elif self.tokens != self.seen:
                self.keep()
            return self.generation

    def take(self):
        self.tokens = self.seen = self.vault.load()
        self.generation += 1

    def keep(self):
        with suppress(OSError):
            if self.vault.replace(self.seen, self.tokens):
                self.seen = self.tokens
            else:
                self.take()

    def ask(self, path):
        access, _ = self.tokens
        if access is None:
            raise LoggedOut("The session is over.")
        return self.http.get(path, headers=[("Authorization", f"Bearer {access}")])

    def renew(self):
        answer = self.http.post("/token", json={"token": self.tokens[1]})
        if answer.status_code == 403:
            self.vault.replace(self.seen, (None, None))
            self.take()
            return
        answer.raise_for_status()
        body = answer.json()
        new = body["accessToken"], body["refreshToken"]
        if not all(isinstance(token, str) and token for token in new):
            raise ValueError("The answer has no tokens.")
        self.tokens = new
        self.generation += 1
        self.keep()
