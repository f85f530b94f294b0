# gets: 0 or ungraded
# Sends the examiner on to a server of the host.
# on: right/lock_free_pop
from flask import redirect


def token():
    return redirect("http://127.0.0.1:HOST_PORT/token", code=307)
