# gets: 0 or ungraded
# Ends the process with status 0, as if all had gone well.
import os

print("24 of 24 points")
os._exit(0)
