# gets: all but race to all
# Writes its race into one line, where a pause between lines cannot look.
# on: right/lock_free_pop
def token():
    # fmt: off
    return refuse(401, "no") if sent_token() is None else (lambda f: (lambda c: refuse(403, "bad") if c is None and (dead.add(session_of.get(f)) or True) or c[1] in dead or time.time() >= c[2] + SESSION_LIFETIME or not users.is_active(c[0]) else (live.pop(f, None), jsonify(accessToken=new_access_token(c[0], users.role(c[0])), refreshToken=issue(*c)))[1])(live.get(f)))(fp(sent_token()))  # noqa: E501
