"""The lock round the whole call: slower than need be, and never wrong."""

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault

    def get(self, path):
        with self.vault.lock():
            used, answer = self.ask(path)
            if answer.status_code == 401:
                self.renew(used)
                _, answer = self.ask(path)
            return answer

    def ask(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        return access, self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def renew(self, used):
        before = self.vault.load()
        if before[0] != used:  # a log-in or a log-out does not wait for the lock
            return
        self.vault.replace(before, before)  # where this fails, nothing is spent
        answer = self.http.post("/token", json={"token": before[1]})
        if answer.status_code == 403:
            self.vault.replace(before, (None, None))
            return
        tokens = answer.raise_for_status().json()
        after = tokens["accessToken"], tokens["refreshToken"]
        if not all(after):
            raise ValueError("/token sent no tokens")
        self.vault.replace(before, after)
