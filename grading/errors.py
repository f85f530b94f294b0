"""What the instructor's commands say where something cannot be done."""


class GradingError(Exception):
    """Raised with one sentence for the instructor: what is wrong, where, what to do."""


class Ungradable(Exception):
    """Raised with one sentence where a submission gets no mark, and why.

    Half a character of a file's name or an answer becomes a question mark: no database takes it.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence.encode(errors="replace").decode())
