# gets: 0
# Careless: calls what only a notebook has, and so does not load.
get_ipython().run_line_magic("matplotlib", "inline")
