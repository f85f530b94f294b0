"""loses: single, shares, stays_out, unsaved

The first call makes the future; two cannot be the first.
"""

from concurrent.futures import Future

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.pending = None

    def get(self, path):
        used, _ = self.vault.load()
        answer = self._ask(path)
        if answer.status_code == 401:
            self._renew(used)
            answer = self._ask(path)
        return answer

    def _ask(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def _renew(self, used):
        if self.vault.load()[0] != used:
            return
        mine = self.pending is None
        if mine:
            self.pending = Future()
        pending = self.pending
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
