"""Prove that this machine can examine: a small right solution has to come out right in a sandbox.

What keeps our own worker from its work would otherwise look like a student's mistake.
"""

import os
import stat
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from examiner.examination import Examination
from examiner.internal_error import InternalError
from grading.code_exercises import CODE_EXERCISES
from grading.errors import GradingError
from grading.examining import bubblewrap, sandbox

ROTATION = """
import secrets
from examiner.workbench import new_access_token, refuse, sent_token, users

live = {}

def start_session(user):
    token = secrets.token_urlsafe(33)
    live[token] = user
    return token

def token():
    user = live.pop(sent_token(), None)
    if user is None:
        return refuse(403, "bad refresh token")
    access = new_access_token(user, users.role(user))
    return {"accessToken": access, "refreshToken": start_session(user)}

def end_session(refresh_token):
    live.pop(refresh_token, None)
"""
CLIENT = """
class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault

    def get(self, path):
        access, _ = self.vault.load()
        return self.http.get(path, headers={"Authorization": f"Bearer {access}"})
"""
RIGHT = {"rotation": ROTATION, "client": CLIENT}  # exercise → what keeps the first of its rules
UNFIT = (
    "The sandbox does not work here: a small solution of {name} that is right gets no points there "
    "({told}). Nothing was graded: {advice}, or, for work you trust, add --accept-risk."
)
UNREADABLE = "its user cannot read {path}: let others read what is no secret of yours (chmod go+rX)"
MEND = "see whether the course is installed as a whole and there is room in memory and on disk"
_one_at_once = threading.Lock()


def prove(name: str) -> None:
    """Raise GradingError where no sandbox can examine this exercise on this machine.

    An exercise that runs no code needs no proof. Threads that ask at once get one proof.
    """
    with _one_at_once:
        _prove(name)


@cache  # once for each process: what it asks is the machine's and not the submission's
def _prove(name: str) -> None:
    if name not in CODE_EXERCISES:
        return
    told = _wrong(name)
    if not told:
        return
    hidden = next((path for top in bubblewrap.shared() for path in withheld(top)), None)
    advice = UNREADABLE.format(path=hidden) if hidden else MEND
    raise GradingError(UNFIT.format(name=name, told=told, advice=advice))


def _wrong(name: str) -> str:
    """Return what keeps a right solution from coming out right here; nothing where it does."""
    with Examination(RIGHT[name], sandbox.Sandbox()) as examination:
        try:
            verdict = examination.examine(CODE_EXERCISES[name].rules[0])
        except InternalError as error:
            return error.why
    return " ".join(verdict.message.split()).removesuffix(".")


def withheld(path: Path) -> Iterator[Path]:
    """Yield what we may read and others may not, as the sandbox's user is one where root grades.

    Python does without its caches, and does not follow links to find its modules.
    """
    mode = path.lstat().st_mode
    if os.geteuid() != 0 or stat.S_ISLNK(mode) or path.name == "__pycache__":
        return
    if not mode & stat.S_IROTH or (stat.S_ISDIR(mode) and not mode & stat.S_IXOTH):
        yield path
    elif stat.S_ISDIR(mode):
        for inner in sorted(path.iterdir()):
            yield from withheld(inner)
