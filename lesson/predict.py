"""Predict: keep a choice before the cell runs, and say afterwards what that choice mixes up."""

from examiner.mistake import Mistake
from lesson.predictions.after_cell import after_cell
from lesson.predictions.kept import Kept, keep, kept_file, read_kept
from lesson.predictions.questions import Question, find_question
from lesson.say import say


def predict(name: str, letter: str = "", *, sure: int | None = None) -> None:
    """Keep the letter that was chosen, and print after the cell's result what is true of it.

    `sure` is 1 for a guess, 2, or 3 for certain. Without a letter nothing is kept. Raises Mistake
    for a name, letter or `sure` that there is not, before the cell goes on.
    """
    question = find_question(name)
    chosen = _letter(question, letter)
    if sure not in (None, 1, 2, 3) or isinstance(sure, bool):
        raise Mistake("sure= takes 1 for a guess, 2, or 3 for certain.")
    if not chosen:
        print("No letter was chosen, so none is kept. Here is what happens.")
        return
    _keep(question, chosen, sure)
    after_cell(lambda ended_well: _judge(question, chosen, ended_well))


def _letter(question: Question, letter: str) -> str:
    chosen = letter.strip().upper() if isinstance(letter, str) else None
    if chosen == "" or chosen in question.choices:
        return chosen
    *most, last = question.choices
    raise Mistake(
        f"{letter!r} is no choice here: put {', '.join(most)} or {last} between the quotes, "
        f'as in: predict("{question.name}", "{last}")'
    )


def _keep(question: Question, chosen: str, sure: int | None) -> None:
    """Keep a first choice; a later one is told of the first."""
    try:
        kept, _ = read_kept()
        earlier = kept.get(question.name)
        if earlier is None:
            keep(Kept(question.name, question.choices[chosen].text, sure))
            if not kept:
                say(f"Your choices are kept in {kept_file()}, on this machine alone.")
        elif earlier.text != question.choices[chosen].text:
            letter = question.letter(earlier.text)
            was = f"You chose {letter} first" if letter else "You chose before"
            say(f"{was}, and that choice stays the one that is kept.")
    except OSError as error:
        say(f"Your choice could not be kept in {kept_file()} ({error.strerror}): it counts here.")


def _judge(question: Question, chosen: str, ended_well: bool) -> None:
    print()
    say(_verdict(question, chosen, ended_well))


def _verdict(question: Question, chosen: str, ended_well: bool) -> str:
    if not ended_well:
        return "The cell ended in an error, so nothing is said of your choice: mend it, run again."
    says = question.choices[chosen].says
    if chosen == question.right:
        return f"{chosen} is right. {says}"
    return f"You chose {chosen}, and {question.right} is right. {says}"
