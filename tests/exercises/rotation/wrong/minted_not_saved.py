"""loses: rotates, absolute, user

I make the next token and send it; the list of tokens was filled at log-in, wasn't it?
The second refresh fails: no chain of five, no day 29, and no second refresh for a new role.
"""

import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from hashlib import sha256
from secrets import token_urlsafe

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users


class Status(Enum):
    ACTIVE = auto()
    SPENT = auto()
    REVOKED = auto()


@dataclass
class Family:
    user: str
    deadline: float
    members: list = field(default_factory=list)

    def revoke(self):
        for member in self.members:
            member.status = Status.REVOKED

    def add(self):
        plain = token_urlsafe(32)
        member = Member(self)
        self.members.append(member)
        return plain


@dataclass
class Member:
    family: Family
    status: Status = Status.ACTIVE


MEMBERS: dict[bytes, Member] = {}
LOCK = threading.Lock()


def find(plain):
    return MEMBERS.get(sha256(plain.encode()).digest())


def start_session(user):
    with LOCK:
        family = Family(user, clock.now() + SESSION_LIFETIME)
        plain = family.add()
        MEMBERS[sha256(plain.encode()).digest()] = family.members[0]
        return plain


def token():
    plain = sent_token()
    if plain is None:
        return refuse(401, "Please send a refresh token.")
    with LOCK:
        member = find(plain)
        if member is not None and member.status is Status.SPENT:
            member.family.revoke()
        if member is None or member.status is not Status.ACTIVE or not is_fine(member.family):
            return refuse(403, "The refresh token was refused.")
        member.status = Status.SPENT
        successor = member.family.add()
    user = member.family.user
    access = new_access_token(user, users.role(user))
    return jsonify(accessToken=access, refreshToken=successor)


def is_fine(family):
    return clock.now() < family.deadline and users.is_active(family.user)


def end_session(refresh_token):
    with LOCK:
        member = find(refresh_token)
        if member:
            member.family.revoke()
