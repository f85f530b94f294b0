"""A condition: who finds a renewal under way waits until it is over, however it ends."""

from threading import Condition

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.changed = Condition()
        self.under_way = False

    def get(self, path):
        access = self.current()
        answer = self.page(path, access)
        if answer.status_code == 401 and self.may_renew(access):
            try:
                self.renew(access)
            finally:
                with self.changed:
                    self.under_way = False
                    self.changed.notify_all()
        if answer.status_code == 401:
            answer = self.page(path, self.current())
        return answer

    def current(self):
        access, _refresh = self.vault.load()
        if not access:
            raise LoggedOut("log in again")
        return access

    def page(self, path, access):
        return self.http.get(path, headers={"authorization": "Bearer " + access})

    def may_renew(self, seen):
        with self.changed:
            while self.under_way:
                self.changed.wait()
            if self.current() != seen:
                return False
            self.under_way = True
            return True

    def renew(self, seen):
        with self.vault.lock():
            before = self.vault.load()
            if before[0] == seen:
                self.vault.replace(before, before)  # where this fails, nothing is spent
                self.vault.replace(before, self.trade(before[1]))

    def trade(self, refresh):
        answer = self.http.request("POST", "/token", json={"token": refresh})
        match answer.status_code:
            case 200:
                tokens = answer.json()
                new = tokens["accessToken"], tokens["refreshToken"]
                if "" in new or None in new:
                    raise RuntimeError("/token answered without tokens; try again later")
                return new
            case 403:
                return None, None
            case other:
                raise RuntimeError(f"/token answered {other}; try again later")
