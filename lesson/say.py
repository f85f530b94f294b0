"""Print a sentence for a reader: what JupyterLab prints as one long line it breaks inside words."""

import textwrap

COLUMNS = 79


def say(sentence: str) -> None:
    """Print a sentence in lines of at most 79 columns, none of which ends inside a word."""
    print(textwrap.fill(sentence, COLUMNS, break_long_words=False, break_on_hyphens=False))
