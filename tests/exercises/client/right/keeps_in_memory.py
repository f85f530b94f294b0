"""What could not be saved is used from memory, and saved before the next request."""

import threading

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.lock = threading.Lock()
        self.unsaved = None  # (the pair that the vault holds, the newer one that it did not take)

    def get(self, path):
        used, answer = self.ask(path)
        if answer.status_code == 401:
            self.renew(used)
            used, answer = self.ask(path)
        return answer

    def tokens(self):
        """Return the newest pair, in the vault if it can be put there."""
        if self.unsaved and self.vault.load() == self.unsaved[0]:
            try:
                self.vault.replace(*self.unsaved)
            except OSError:
                return self.unsaved[1]
        self.unsaved = None
        return self.vault.load()

    def ask(self, path):
        with self.lock:
            access, _ = self.tokens()
        if access is None:
            raise LoggedOut
        return access, self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def renew(self, used):
        with self.lock, self.vault.lock():
            access, refresh = self.tokens()
            if access != used:
                return
            held = self.vault.load()
            answer = self.http.post("/token", json={"token": refresh})
            if answer.status_code == 403:
                self.unsaved = None
                if self.vault.replace(held, (None, None)):
                    raise LoggedOut
                return
            brought = answer.raise_for_status().json()
            fresh = brought["accessToken"], brought["refreshToken"]
            if not all(isinstance(token, str) and token for token in fresh):
                raise ValueError("no two tokens")
            self.unsaved = held, fresh
            self.tokens()
