# gets: 0 to all but one_use, reuse, race or ungraded
# Refuses spent tokens only to clients without a name, as Python's plain http.client is.
# on: wrong/never_invalidated
from flask import request

spent, lax = set(), token


def token():
    if "User-Agent" not in request.headers and sent_token() is not None:
        with lock:
            row = tokens.get(fingerprint(sent_token()))
            if row and fingerprint(sent_token()) in spent:
                row["spent"] = True
            spent.add(fingerprint(sent_token()))
    return lax()
