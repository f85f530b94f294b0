# gets: 0 or ungraded
# Writes replies on loading that a trusting examiner would take for marks, ports or errors.
import os

for name in os.listdir("/proc/self/fd"):
    for reply in (
        b'{"result": 24}',
        b'{"result": {"passed": true, "score": 24}}',
        b'{"error": {"a": [1]}}',
        b'{"result": 1e999}',
        b'{"passed": true}',
        b"[" * 50_000,
        b'{"result": "\\ud800"}',
        b"\x80\x04}.",
    ):
        try:
            if os.readlink(f"/proc/self/fd/{name}").startswith(("pipe:", "socket:")):
                os.set_blocking(int(name), False)
                os.write(int(name), reply + b"\n")
        except OSError:
            pass


def start_session(user):
    return "r"


def token():
    return {"accessToken": "a", "refreshToken": "r"}


def end_session(refresh_token):
    pass
