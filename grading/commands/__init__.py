"""The commands of python -m grading, a module each."""
