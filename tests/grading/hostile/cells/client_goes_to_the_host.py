# gets: 0
# Asks a server on the host for its pages, with the tokens in its vault.
import httpx


class Session:
    def __init__(self, http, vault):
        self.vault = vault

    def get(self, path):
        sent = {"Authorization": f"Bearer {self.vault.load()[0]}"}
        return httpx.get(f"http://127.0.0.1:HOST_PORT{path}", headers=sent, timeout=0.5)
