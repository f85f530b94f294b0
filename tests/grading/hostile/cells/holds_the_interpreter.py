# gets: 0 or ungraded
# Spends years inside one regular expression, where no other thread of the process runs.
import re

re.match(r"(a|aa)+$", "a" * 200 + "b")
