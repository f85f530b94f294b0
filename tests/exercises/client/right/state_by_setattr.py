"""Its attributes are set in a loop, and each step of a renewal returns early."""

from examiner.vault import LoggedOut


class RenewalFailed(Exception):
    """Raised where nothing is known of the renewal."""


class Session:
    def __init__(self, http, vault):
        for name, value in {"http": http, "vault": vault}.items():
            setattr(self, name, value)

    def get(self, path):
        access, _ = self.vault.load()
        answer = self.ask(path, access)
        if answer.status_code != 401:
            return answer
        with self.vault.lock():
            self.renew(access)
        return self.ask(path, self.vault.load()[0])

    def ask(self, path, access):
        if access is None:
            raise LoggedOut
        request = self.http.build_request("GET", path)
        request.headers["Authorization"] = f"Bearer {access}"
        return self.http.send(request)

    def renew(self, refused):
        before = self.vault.load()
        if before[0] != refused or not self.vault.replace(before, before):
            return None
        answer = self.http.post("/token", json={"token": before[1]}, timeout=10)
        if answer.status_code == 403:
            return self.vault.replace(before, (None, None))
        match answer.status_code, _read(answer):
            case 200, {"accessToken": str(access), "refreshToken": str(refresh)} if (
                access and refresh
            ):
                return self.vault.replace(before, (access, refresh))
        raise RenewalFailed(answer.status_code)


def _read(answer):
    try:
        return answer.json()
    except ValueError:
        return None
