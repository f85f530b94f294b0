"""The rotation exercise: what drives and judges a token route that a student wrote."""
