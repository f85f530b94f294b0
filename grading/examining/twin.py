"""Plant a solution with known faults where an answer is examined: they have to be found there.

What tampers with its examination for everybody is found so, and left to a person. What spares the
twin is not: this is a second line behind the stops, and no proof.
"""

import re
import secrets
import string

from examiner.examination import Examination
from examiner.rule import Rule

MISSED = (
    "A fault that was planted beside it was not found by the rule {rule}: what it does may keep "
    "the examiner from seeing."
)
# Each kind of store keeps the refresh tokens as they are.
STORES = (
    """
def make():
    kept = {}
    return kept.get, kept.__setitem__

look, keep = make()
""",
    """
import json, sqlite3
store = sqlite3.connect("store.db", check_same_thread=False, isolation_level=None)
store.execute("CREATE TABLE kept (name TEXT PRIMARY KEY, content TEXT)")

def look(name):
    found = store.execute("SELECT content FROM kept WHERE name = ?", [name]).fetchone()
    return found and json.loads(found[0])

def keep(name, content):
    store.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", [name, json.dumps(content)])
""",
    """
import json
from pathlib import Path
store = Path("store.json")
store.write_text("{}")

def look(name):
    return json.loads(store.read_text()).get(name)

def keep(name, content):
    store.write_text(json.dumps(json.loads(store.read_text()) | {name: content}))
""",
)
ROTATION = """
import secrets
from flask import jsonify
from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users
{store}
owners = {{}}

def add(number):
    new = secrets.token_urlsafe(32)
    keep(new, [number, False])
    return new

def start_session(user):
    number = secrets.token_hex(8)
    owners[number] = (user, clock.now() + SESSION_LIFETIME, False)
    return add(number)

def token():
    old = sent_token()
    if old is None:
        return refuse(401, "Send a refresh token.")
    row = look(old)
    if row is None:
        return refuse(403, "This token is not valid.")
    user, ends, over = owners[row[0]]
    over = over or row[1]
    if over or clock.now() >= ends or not users.is_active(user):
        return refuse(403, "This token is not valid.")
    keep(old, [row[0], True])
    owners[row[0]] = (user, ends, over)
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=add(row[0]))

def end_session(refresh_token):
    row = look(refresh_token)
    if row is not None:
        user, ends, over = owners[row[0]]
        owners[row[0]] = (user, ends, True)
"""
CLIENT = """
class LoggedOut(Exception):
    pass

class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault

    def ask(self, path):
        access, _ = self.vault.load()
        return self.http.get(path, headers={{"Authorization": f"Bearer {{access}}"}})

    def get(self, path):
        answer = self.ask(path)
        if answer.status_code != 401:
            return answer
        _, old = self.vault.load()
        found = self.http.post("/token", json={{"token": old}})
        if found.status_code == 403:
            self.vault.clear()
            raise LoggedOut("log in again")
        self.vault.save(found.json()["accessToken"], found.json()["refreshToken"])
        return self.ask(path)
"""
# Rule → the solution that breaks it.
TWINS = dict.fromkeys(("hashed", "race", "race_logout"), ROTATION) | {"single": CLIENT}
NAMES = ("look", "keep", "kept", "make", "store", "owners", "number", "content", "add", "row")


def watch(examination: Examination, rule: Rule) -> None:
    """Note what is to be read where a rule that an answer has kept does not find the twin's fault.

    Raises InternalError where this machine fails.
    """
    if rule.name in TWINS and not examination.finds(rule, source_of(rule.name)):
        examination.to_read.append(MISSED.format(rule=rule.name))


def source_of(rule: str) -> str:
    """Return the twin of a rule, under names of the moment by which nobody knows it."""
    source = TWINS[rule].format(store=secrets.choice(STORES))
    for name in NAMES:
        letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))
        source = re.sub(rf"\b{name}\b", letters, source)
    return source
