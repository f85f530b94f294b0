"""One thread does all renewals; the others put a wish into its queue and wait for the reply."""

import queue
import threading

from examiner.vault import LoggedOut


class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault
        self.wishes = queue.Queue()
        threading.Thread(target=self.work, daemon=True).start()

    def get(self, path):
        used, answer = self.ask(path)
        if answer.status_code == 401:
            reply = queue.Queue()
            self.wishes.put((used, reply))
            problem = reply.get()
            if problem:
                raise problem
            used, answer = self.ask(path)
        return answer

    def ask(self, path):
        access = self.vault.load()[0]
        if access is None:
            raise LoggedOut()
        return access, self.http.get(path, headers={"Authorization": f"Bearer {access}"})

    def work(self):
        while True:
            used, reply = self.wishes.get()
            try:
                self.renew(used)
            except Exception as error:
                reply.put(error)
            else:
                reply.put(None)

    def renew(self, used):
        with self.vault.lock():
            before = self.vault.load()
            if before[0] == used:
                self.vault.replace(before, before)  # where this fails, nothing is spent
                self.vault.replace(before, self.trade(before[1]))

    def trade(self, refresh):
        answer = self.http.post("/token", json={"token": refresh})
        if answer.status_code == 403:
            return None, None
        answer.raise_for_status()
        new = tuple(answer.json()[name] for name in ("accessToken", "refreshToken"))
        if not all(new):
            raise ValueError("/token answered without tokens")
        return new
