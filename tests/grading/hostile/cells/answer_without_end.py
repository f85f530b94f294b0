# gets: 0 or ungraded
# Answers with a body that never ends.
# on: right/lock_free_pop
from flask import Response


def token():
    def pieces():
        while True:
            yield b" " * 1024

    return Response(pieces(), mimetype="application/json")
