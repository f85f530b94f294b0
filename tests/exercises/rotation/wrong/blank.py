"""loses: all

Nothing written yet.
"""


def start_session(user):
    """Return the first refresh token of a new session of `user`."""


def token():
    """Answer POST /token."""


def end_session(refresh_token):
    """End the session that `refresh_token` belongs to."""
