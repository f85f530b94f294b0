"""loses: expires, absolute, user, race, race_logout

The store and the view of the lesson on rotation, with a hash where it takes a fingerprint.
It looks and then acts, and neither time nor the user is asked after the log-in.
"""

import hashlib
import secrets
from dataclasses import dataclass

from flask import jsonify

from examiner.workbench import new_access_token, refuse, sent_token, users

LIVE, SPENT, REVOKED = "live", "spent", "revoked"


@dataclass
class Node:
    user: str
    role: str
    family: int
    state: str = LIVE


nodes = {}


def fingerprint(token):
    return hashlib.sha256(token.encode()).hexdigest()


def add(token, user):
    family = 1 + max((node.family for node in list(nodes.values())), default=0)
    nodes[fingerprint(token)] = Node(user, users.role(user), family)


def follow(old, new):
    parent = nodes[fingerprint(old)]
    parent.state = SPENT
    nodes[fingerprint(new)] = Node(parent.user, parent.role, parent.family)


def end_session(refresh_token):
    known = nodes.get(fingerprint(refresh_token))
    for node in list(nodes.values()):
        if known and node.family == known.family and node.state == LIVE:
            node.state = REVOKED


def start_session(user):
    refresh_token = secrets.token_urlsafe(32)
    add(refresh_token, user)
    return refresh_token


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "No token was sent.")
    node = nodes.get(fingerprint(old))
    if node is None or node.state != LIVE:
        end_session(old)
        return refuse(403, "This refresh token is not valid: log in again.")
    new = secrets.token_urlsafe(32)
    follow(old, new)
    access = new_access_token(node.user, node.role)
    return jsonify(accessToken=access, refreshToken=new)
