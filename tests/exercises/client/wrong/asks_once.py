"""loses: retries, replaces, saves_first, ends, single, survives, bounded, secret, shares,
stays_out, unsaved

An access token is all that a client needs.
"""

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault

    def get(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})
