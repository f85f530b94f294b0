"""loses: expires, absolute, hashed, race

As in the lesson: families in a dict, tokens as they are, one look and then one write.
No lifetimes, no hashes, no lock.
"""

import secrets

from flask import jsonify

from examiner.workbench import new_access_token, refuse, sent_token, users

family_of = {}  # token -> family
families = {}  # family -> {"user", "current"}


def start_session(user):
    family = secrets.token_hex(8)
    first = secrets.token_urlsafe(32)
    families[family] = {"user": user, "current": first}
    family_of[first] = family
    return first


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "No refresh token was sent.")
    family = family_of.get(old)
    if family not in families or not users.is_active(families[family]["user"]):
        return refuse(403, "This refresh token is not valid: log in again.")
    state = families[family]
    if state["current"] != old:  # a spent one: somebody else has it too
        families.pop(family, None)
        return refuse(403, "This refresh token is not valid: log in again.")
    new = secrets.token_urlsafe(32)
    family_of[new] = family
    state["current"] = new
    user = state["user"]
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    families.pop(family_of.get(refresh_token), None)
