"""Saves what a renewal brought only where the vault still holds what the renewal began with."""

import threading

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.renewing = threading.Lock()

    def get(self, path):
        used, answer = self.ask(path)
        if answer.status_code == 401:
            with self.renewing, self.vault.lock():
                self.renew(used)
            used, answer = self.ask(path)
        return answer

    def ask(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        return access, self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def renew(self, used):
        before = self.vault.load()
        if before[0] != used:
            return
        self.vault.save(*before)  # fails here where the vault cannot be written
        answer = self.http.post("/token", json={"token": before[1]})
        still = self.vault.load() == before
        if answer.status_code == 403:
            if still:
                self.vault.clear()
                raise LoggedOut
            return
        brought = answer.raise_for_status().json()
        after = brought["accessToken"], brought["refreshToken"]
        if "" in after:
            raise ValueError("an empty token")
        if still:
            self.vault.save(*after)
