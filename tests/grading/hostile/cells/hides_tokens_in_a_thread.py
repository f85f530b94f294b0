# gets: all but hashed
# Keeps tokens in clear in variables of a thread that never ends.
# on: right/lock_free_pop
import queue
import threading

fp = str


def keep(questions, things):
    while True:
        act, key, value, answer = questions.get()
        answer.put(things.pop(key, value) if act == "pop" else things.get(key, value))
        if act == "set":
            things[key] = value


class Far:
    def __init__(self):
        self.questions = queue.SimpleQueue()
        threading.Thread(target=keep, args=(self.questions, {}), daemon=True).start()

    def ask(self, act, key, value):
        answer = queue.SimpleQueue()
        self.questions.put((act, key, value, answer))
        return answer.get()

    def pop(self, key, default):
        return self.ask("pop", key, default)

    def get(self, key, default=None):
        return self.ask("get", key, default)

    def __setitem__(self, key, value):
        self.ask("set", key, value)


live, session_of = Far(), Far()
