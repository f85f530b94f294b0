# gets: 0 or ungraded
# Answers with statuses that are none.
# on: right/lock_free_pop
import itertools

odd = itertools.cycle(["200 OK\r\nX: y", "999 y", "0", "-1 y", "99999999999 y", "y", "100 Continue"])


def token():
    from flask import Response

    answer = Response("{}")
    answer._status = next(odd)
    return answer
