# gets: all
# Asks for 50 GB once, takes no for an answer, and then does honest work.
# on: right/lock_free_pop
try:
    hoard = bytearray(50 * 2**30)
except MemoryError:
    hoard = None
del hoard
