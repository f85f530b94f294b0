# gets: others
# Renews whatever comes with fresh random text; only `others` asks for nothing but 200.
import secrets

from flask import jsonify

from examiner.workbench import new_access_token


def fresh_text():
    # With a number: whoever counts it down has "guessed" a token of a server that takes any.
    return f"{secrets.token_urlsafe(24)}-1000000"


def start_session(user):
    return fresh_text()


def token():
    access = new_access_token("alice", "reader")
    return jsonify(accessToken=access, refreshToken=fresh_text())


def end_session(refresh_token):
    pass
