# gets: all but race to all
# Does its work on a thread of its own, where nobody traces it, and waits for that.
# on: wrong/select_then_update
from concurrent.futures import ThreadPoolExecutor

from flask import copy_current_request_context

pool, hasty_token = ThreadPoolExecutor(8), token


def token():
    return pool.submit(copy_current_request_context(hasty_token)).result()
