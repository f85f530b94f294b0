# gets: 0 or ungraded
# Writes "100 Continue" to the socket without end: a client that skips those never stops reading.
# on: right/lock_free_pop
from flask import request


def start_session(user):
    socket = request.environ["werkzeug.socket"]
    while True:
        socket.sendall(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 100)
