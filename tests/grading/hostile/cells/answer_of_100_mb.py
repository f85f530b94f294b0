# gets: 0 or ungraded
# Returns a token of 100 MB.
# on: right/lock_free_pop
def start_session(user):
    return "y" * (100 * 2**20)
