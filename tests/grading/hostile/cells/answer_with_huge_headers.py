# gets: 0 or ungraded
# Answers with 2,000 headers, and one of them of a megabyte.
# on: right/lock_free_pop
from flask import Response


def token():
    headers = [(f"X-{number}", "y" * 100) for number in range(2_000)]
    return Response("{}", headers=[("X-Big", "y" * 2**20), *headers])
