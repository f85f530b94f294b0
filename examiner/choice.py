"""Read a multiple-choice answer from an exercise, and complain clearly where there is none."""

from examiner.mistake import Mistake

LETTERS = ("A", "B", "C", "D")


def letter(question: int, answer: object) -> str:
    """Return the answer as a capital letter; raise Mistake where it is not one of A to D."""
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        raise Mistake(
            f"Question {question} has no answer yet: write a letter between the quotes of "
            f"answer_{question}."
        )
    chosen = answer.strip().upper() if isinstance(answer, str) else None
    if chosen not in LETTERS:
        raise Mistake(
            f'Question {question}: answer_{question} must be "A", "B", "C" or "D", a Latin letter.'
        )
    return chosen
