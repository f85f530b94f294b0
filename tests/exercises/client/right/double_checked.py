"""Look, lock, look again: who need not renew does not even queue."""

from contextlib import suppress

import httpx

from examiner.vault import LoggedOut


class Session:
    """Hand the page's 401 back where the renewal fails for now."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault

    def get(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        answer = self._page(path, access)
        if answer.status_code == 401:
            if self.vault.load()[0] == access:
                with self.vault.lock():
                    before = self.vault.load()
                    if before[0] == access:
                        self._renew(before)
            fresh, _ = self.vault.load()
            if fresh is None:
                raise LoggedOut
            if fresh != access:
                answer = self._page(path, fresh)
        return answer

    def _page(self, path, access):
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def _renew(self, before):
        self.vault.replace(before, before)  # where this fails, nothing is spent
        with suppress(httpx.HTTPError, ValueError, KeyError, TypeError):
            answer = self.http.post("/token", json={"token": before[1]})
            if answer.status_code == 403:
                self.vault.replace(before, (None, None))
            elif answer.status_code == 200:
                body = answer.json()
                after = body["accessToken"], body["refreshToken"]
                if all(after):
                    self.vault.replace(before, after)
