"""Every hostile notebook and folder: to import the modules that build them registers them."""

from tests.grading.hostile import answers, contents, files, formats, marking, programs
from tests.grading.hostile.exercise import SAMPLES, Exercise, cell, dumped

__all__ = ["MODULES", "SAMPLES", "Exercise", "cell", "dumped"]

MODULES = (answers, contents, files, formats, marking, programs)
