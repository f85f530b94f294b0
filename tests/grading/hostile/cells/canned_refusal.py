# gets: 0
# Refuses everything with the right status and one body.
from examiner.workbench import refuse


def start_session(user):
    return "one-token-for-all"


def token():
    return refuse(403, "This refresh token is not valid.")


def end_session(refresh_token):
    pass
