"""The rules of the rotation exercise that students check for themselves."""

RULES = ()
