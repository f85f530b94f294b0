"""nbgrader's gradebook, and what this course keeps in it."""
