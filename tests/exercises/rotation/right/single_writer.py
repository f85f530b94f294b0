"""One thread owns the sessions; the requests hand it their wishes through a queue."""

import hashlib
import queue
import secrets
import threading

from flask import jsonify

from examiner.workbench import SESSION_LIFETIME, clock, new_access_token, refuse, sent_token, users

wishes = queue.Queue()


def work():
    session_of, sessions = {}, {}
    while True:
        what, args, reply = wishes.get()
        reply.put(what(session_of, sessions, *args))


def ask(what, *args):
    reply = queue.Queue()
    wishes.put((what, args, reply))
    return reply.get()


def sha(token):
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session_of, sessions, user, mark, ends):
    session_of[mark] = mark
    sessions[mark] = {"user": user, "ends": ends, "current": mark}


def renew(session_of, sessions, mark, successor, now):
    sid = session_of.get(mark)
    session = sessions.get(sid)
    if session is None:
        return None
    if session["current"] != mark:
        del sessions[sid]
        return None
    if now >= session["ends"] or not users.is_active(session["user"]):
        return None
    session["current"] = successor
    session_of[successor] = sid
    return session["user"]


def finish(session_of, sessions, mark):
    sessions.pop(session_of.get(mark), None)


threading.Thread(target=work, daemon=True).start()


def start_session(user):
    new = secrets.token_urlsafe(32)
    ask(begin, user, sha(new), clock.now() + SESSION_LIFETIME)
    return new


def token():
    old = sent_token()
    if old is None:
        return refuse(401, "token?")
    new = secrets.token_urlsafe(32)
    user = ask(renew, sha(old), sha(new), clock.now())
    if user is None:
        return refuse(403, "no")
    return jsonify(accessToken=new_access_token(user, users.role(user)), refreshToken=new)


def end_session(refresh_token):
    ask(finish, sha(refresh_token))
