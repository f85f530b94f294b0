"""loses: single, shares, stays_out, unsaved

Whoever waits for the same renewal shares it; any later 401 is a new one.
"""

from concurrent.futures import Future
from threading import Lock

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.guard, self.pending = Lock(), None

    def get(self, path):
        answer = self._ask(path)
        if answer.status_code == 401:
            self._renew()
            answer = self._ask(path)
        return answer

    def _ask(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def _renew(self):
        with self.guard:
            pending, mine = self.pending, self.pending is None
            if mine:
                pending = self.pending = Future()
        if mine:
            self._lead(pending)
        pending.result()

    def _lead(self, pending):
        try:
            pending.set_result(self._exchange())
        except Exception as error:
            pending.set_exception(error)
        finally:
            self.pending = None

    def _exchange(self):
        _, refresh = self.vault.load()
        answer = self.http.post("/token", json={"token": refresh})
        if answer.status_code == 403:
            self.vault.clear()
            raise LoggedOut
        new = answer.raise_for_status().json()
        self.vault.save(new["accessToken"], new["refreshToken"])
