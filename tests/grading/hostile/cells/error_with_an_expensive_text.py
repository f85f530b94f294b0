# gets: 0
# Raises an error with a text that takes a regular expression with a flaw very long.
raise RuntimeError("a" * 200 + "." + "A" * 60_000 + "-" * 60_000 + " " * 60_000 + "\n" * 60_000)
