"""Waits for a renewal that may be under way where `exp` has passed; renews on a 401 alone."""

import time

import jwt

from examiner.vault import LoggedOut


def looks_expired(access):
    try:
        claims = jwt.decode(access, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return False
    return claims.get("exp", float("inf")) <= time.time()


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault

    def get(self, path):
        if looks_expired(self.current()):
            with self.vault.lock():
                pass
        access = self.current()
        answer = self.ask(path, access)
        if answer.status_code == 401:
            answer = self.ask(path, self.renew(access))
        return answer

    def current(self):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        return access

    def ask(self, path, access):
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def renew(self, used):
        with self.vault.lock():
            before = self.vault.load()
            if before[0] == used:
                self.vault.replace(before, before)  # where this fails, nothing is spent
                self.vault.replace(before, self.trade(before[1]))
            return self.current()

    def trade(self, refresh):
        answer = self.http.post("/token", json={"token": refresh})
        if answer.status_code == 403:
            return None, None
        answer.raise_for_status()
        tokens = answer.json()
        if not (tokens["accessToken"] and tokens["refreshToken"]):
            raise ValueError("no tokens in it")
        return tokens["accessToken"], tokens["refreshToken"]
