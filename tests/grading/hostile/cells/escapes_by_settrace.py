# gets: all but race or ungraded
# Switches tracing off in its first line, so that it is held nowhere after that.
# on: wrong/select_then_update
import sys

hasty_token = token


def token():
    sys.settrace(None)
    return hasty_token()
