"""Works from a copy in memory, and compares it with the vault before each call and renewal."""

from dataclasses import dataclass

from examiner.vault import LoggedOut


@dataclass(frozen=True)
class Tokens:
    access: str | None
    refresh: str | None


class Session:
    def __init__(self, http, vault):
        self._http, self._vault = http, vault
        self._tokens = Tokens(*vault.load())

    def get(self, path):
        tokens = self._tokens = Tokens(*self._vault.load())
        answer = self._ask(path, tokens)
        if answer.status_code == 401:
            answer = self._ask(path, self._newer_than(tokens))
        return answer

    def _ask(self, path, tokens):
        if tokens.access is None:
            raise LoggedOut
        headers = {"Authorization": f"Bearer {tokens.access}"}
        return self._http.request("GET", path, headers=headers)

    def _newer_than(self, used):
        with self._vault.lock():
            self._tokens = Tokens(*self._vault.load())
            if self._tokens == used:
                self._replace(used)
            return self._tokens

    def _replace(self, used):
        before = used.access, used.refresh
        self._vault.replace(before, before)  # where this fails, nothing is spent
        new = self._exchanged(used)
        self._vault.replace(before, (new.access, new.refresh))
        self._tokens = Tokens(*self._vault.load())

    def _exchanged(self, used):
        answer = self._http.post("/token", json={"token": used.refresh})
        if answer.status_code == 403:
            return Tokens(None, None)
        if answer.status_code != 200:
            raise RuntimeError("The server cannot renew the session at the moment.")
        body = answer.json()
        new = Tokens(body["accessToken"], body["refreshToken"])
        if not (new.access and new.refresh):
            raise RuntimeError("The server has sent no tokens.")
        return new
