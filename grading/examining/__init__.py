"""Examine one submission: bytes in, plain data out."""
