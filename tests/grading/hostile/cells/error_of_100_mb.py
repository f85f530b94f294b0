# gets: 0
# Raises an error with a text of 100 MB.
raise RuntimeError("y" * (100 * 2**20))
