# gets: 0
# Sends nothing, and returns answers of its own making.
import httpx


class Session:
    def __init__(self, http, vault):
        self.vault = vault

    def get(self, path):
        return httpx.Response(200, json={"user": "alice", "page": path})
