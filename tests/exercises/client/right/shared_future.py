"""Single flight by a future: the first makes it, the others wait for its result."""

from concurrent.futures import Future
from threading import Lock

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.guard, self.pending = Lock(), None

    def get(self, path):
        access = self.vault.load()[0]
        answer = self.ask(path, access)
        if answer.status_code != 401:
            return answer
        return self.ask(path, self.renewed(access))

    def ask(self, path, access):
        if access is None:
            raise LoggedOut
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def renewed(self, used):
        with self.guard:
            now, _ = self.vault.load()
            if now != used:
                return now
            if leader := self.pending is None:
                self.pending = Future()
            flight = self.pending
        if leader:
            self.fly(flight, used)
        return flight.result()

    def fly(self, flight, used):
        try:
            with self.vault.lock():
                self.renew(used)
            flight.set_result(self.vault.load()[0])
        except BaseException as error:
            flight.set_exception(error)
        finally:
            with self.guard:
                self.pending = None

    def renew(self, used):
        before = self.vault.load()
        if before[0] == used:
            self.vault.replace(before, before)  # where this fails, nothing is spent
            self.vault.replace(before, self.exchange(before[1]))

    def exchange(self, refresh):
        answer = self.http.post("/token", json={"token": refresh})
        if answer.status_code == 403:
            return None, None
        answer.raise_for_status()
        body = answer.json()
        if not body["accessToken"] or not body["refreshToken"]:
            raise ValueError("no tokens")
        return body["accessToken"], body["refreshToken"]
