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
            now, refresh = self.vault.load()
            if now != used:
                return now
            if leader := self.pending is None:
                self.pending = Future()
            flight = self.pending
        if leader:
            self.fly(flight, refresh)
        return flight.result()

    def fly(self, flight, refresh):
        try:
            flight.set_result(self.exchange(refresh))
        except BaseException as error:
            flight.set_exception(error)
        finally:
            with self.guard:
                self.pending = None

    def exchange(self, refresh):
        answer = self.http.post("/token", json={"token": refresh})
        if answer.status_code == 403:
            self.vault.clear()
            raise LoggedOut
        answer.raise_for_status()
        body = answer.json()
        self.vault.save(body["accessToken"], body["refreshToken"])
        return body["accessToken"]
