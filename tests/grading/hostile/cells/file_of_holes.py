# gets: all
# Makes a file of 1 TB that takes no room on the disk, for those who would read or copy it.
# on: right/lock_free_pop
import os

try:
    os.truncate(os.open("holes", os.O_CREAT | os.O_WRONLY), 2**40)
except OSError:
    pass
