"""Two requests with one token, of which one overtakes the other."""
