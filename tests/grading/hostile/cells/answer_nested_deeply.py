# gets: 0
# Answers with JSON of 20,000 levels, with huge numbers, and with NaN.
# on: right/lock_free_pop
import itertools

odd = itertools.cycle(["[" * 20_000 + "]" * 20_000, "9" * 50_000, '{"accessToken": NaN}', "\ufeff{}"])


def token():
    from flask import Response

    return Response(next(odd), mimetype="application/json")
