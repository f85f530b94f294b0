"""loses: carries, retries, replaces, saves_first, ends, single, survives, bounded, secret, shares,
stays_out, unsaved

A method with async is faster.
"""

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault

    async def get(self, path):
        access, _ = self.vault.load()
        if access is None:
            raise LoggedOut
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})
