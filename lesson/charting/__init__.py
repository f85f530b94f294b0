"""A view's flow chart, read from its source."""
