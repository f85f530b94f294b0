"""The client exercise: what drives and judges a client that a student wrote."""
