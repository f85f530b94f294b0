# gets: 0 or ungraded
# Reads from address 0.
import ctypes

ctypes.string_at(0)
