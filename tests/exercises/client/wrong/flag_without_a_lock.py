"""loses: single, shares, stays_out, unsaved

A flag says that somebody refreshes, so the others wait.
"""

import time

from examiner.vault import LoggedOut


class Session:
    """Get protected pages for a user who has logged in."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.refreshing = False

    def get(self, path):
        """Return the page's answer; raise LoggedOut when it is over."""
        access, _ = self.tokens()
        answer = self.page(path, access)
        if answer.status_code == 401:
            answer = self.page(path, self.newer(access))
        return answer

    def tokens(self):
        access, refresh = self.vault.load()
        if access is None:
            raise LoggedOut("over")
        return access, refresh

    def page(self, path, access):
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def newer(self, refused):
        # FAULT: nothing keeps two threads from seeing False before one of them sets True
        while self.refreshing:
            time.sleep(0.01)
        access, refresh = self.tokens()
        if access != refused:
            return access
        self.refreshing = True
        try:
            answer = self.http.post("/token", json={"token": refresh})
            if answer.status_code == 403:
                self.vault.clear()
                raise LoggedOut("over")
            if answer.status_code != 200:
                raise RuntimeError(f"status {answer.status_code}")
            body = answer.json()
            access = body["accessToken"]
            self.vault.save(access, body["refreshToken"])
            return access
        finally:
            self.refreshing = False
