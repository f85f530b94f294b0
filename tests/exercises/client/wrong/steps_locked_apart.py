"""loses: single, shares, stays_out, unsaved

Each step is under the lock.
"""

import threading

from examiner.vault import LoggedOut


class Session:
    """Get protected pages for a user who has logged in."""

    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.lock = threading.Lock()

    def get(self, path):
        """Return the page's answer; raise LoggedOut when it is over."""
        access, _ = self.read()
        response = self.fetch(path, access)
        if response.status_code == 401:
            newest, refresh = self.read()
            if newest == access:
                newest = self.trade(refresh)
            response = self.fetch(path, newest)
        return response

    def fetch(self, path, access):
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    # FAULT: each step is locked, the steps together are not
    def read(self):
        with self.lock:
            tokens = self.vault.load()
        if None in tokens:
            raise LoggedOut
        return tokens

    def trade(self, refresh):
        with self.lock:
            response = self.http.post("/token", json={"token": refresh})
            if response.status_code == 403:
                self.vault.clear()
                raise LoggedOut
            if response.status_code != 200:
                raise OSError(f"/token: {response.status_code}")
            body = response.json()
            self.vault.save(body["accessToken"], body["refreshToken"])
            return body["accessToken"]
