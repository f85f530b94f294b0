# gets: 0
# Raises an error whose text moves the cursor, sets the title and ends with half a character.
raise RuntimeError("\x1b[2J\x1b]0;left-behind\x07\x1b[31m24 of 24\r\n\x00\x9b6n \u202e \ud800")
