# gets: others
# Renews whatever comes with fresh random text; only `others` asks for nothing but 200.
import secrets

from flask import jsonify

from examiner.workbench import new_access_token


def start_session(user):
    return secrets.token_urlsafe(32)


def token():
    access = new_access_token("alice", "reader")
    return jsonify(accessToken=access, refreshToken=secrets.token_urlsafe(32))


def end_session(refresh_token):
    pass
