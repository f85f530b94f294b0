"""What may stand in an answer cell of the practice, and what it is worth."""

from pathlib import Path

from tests.grading.hostile.exercise import PAGE, Builder, Exercise, cell, deserves, dumped


def answered(first: str) -> Builder:
    """Return a builder for all answers right, but for what the first answer cell says."""

    def build(exercise: Exercise, folder: Path) -> bytes:
        notebook = exercise.right()
        cell(notebook, "answer-1")["source"] = first
        return dumped(notebook)

    return build


# Name → (what the first answer cell says, the marks it deserves: 9 with a D, 8 without).
# An answer is a literal that can be read off the source; what would have to be run is none.
ANSWERS: dict[str, tuple[str, tuple]] = {
    # Plain spellings of the same letter.
    "lower_case": ('answer_1 = "d"', (9,)),
    "spaces": ('answer_1 = "  D "', (9,)),
    "single_quotes": ("answer_1 = 'D'", (9,)),
    "triple_quotes": ('answer_1 = """D"""', (9,)),
    "brackets": ('answer_1 = ("D")', (9,)),
    "escape": (r'answer_1 = "\x44"', (9,)),
    "two_pieces": ('answer_1 = "D" ""', (9,)),
    "noise": ('import sys, warnings\nprint("x", file=sys.stderr)\nanswer_1 = "D"\nanswer_1', (9,)),
    "warning": ('pattern = "\\d"\nanswer_1 = "D"', (9,)),  # an invalid escape warns the parser
    "windows_lines": ('# my answer\r\nanswer_1 = "D"\r\n', (9,)),
    "second_thoughts": ('answer_1 = "A"\nanswer_1 = "D"', (9,)),  # the last one wins
    "worse_thoughts": ('answer_1 = "D"\nanswer_1 = "A"', (8,)),
    # Literals in another dress: a reader may see them or not, and neither is unfair.
    "annotated": ('answer_1: str = "D"', (8, 9)),
    "plain_f_string": ('answer_1 = f"D"', (8, 9)),
    "several_at_once": ('answer_1, mine = "D", 1', (8, 9)),
    "chain": ('mine = answer_1 = "D"', (8, 9)),
    "below_an_if": ('if True:\n    answer_1 = "D"', (8, 9)),
    "taken_back": ('answer_1 = "D"\ndel answer_1', (8, 9)),
    "error_behind_it": ('answer_1 = "D"\nthis is no Python', (8, 9)),
    "cell_magic": ('%%time\nanswer_1 = "D"', (8, 9)),
    "line_magic": ('%matplotlib inline\nanswer_1 = "D"', (8, 9)),
    "tabs_and_bom": ('\ufeffanswer_1\t=\t"D"', (8, 9)),
    # No letter from A to D, or no answer at all.
    "full_width": ('answer_1 = "\uff24"', (8,)),
    "all_letters": ('answer_1 = "ABCD"', (8,)),
    "list_of_letters": ('answer_1 = ["A", "B", "C", "D"]', (8,)),
    "bytes": ('answer_1 = b"D"', (8,)),
    "starred": ('answer_1 = "*"', (8,)),
    "commented_out": ('# answer_1 = "D"', (8,)),
    "other_name": ('answer1 = "D"', (8,)),
    "emptied": ("", (8,)),
    "nul": ('answer_1 = "D\0"', (8,)),
    "half_a_character": ('answer_1 = "D\ud800"', (8,)),
    "page": (f'answer_1 = "{PAGE}"', (8,)),
    "huge_letter": (f'answer_1 = "{"D" * 2**20}"', (8,)),
    # What only a run would tell.
    "condition": ('answer_1 = "D" if True else "A"', (8,)),
    "either": ('answer_1 = "D" or "A"', (8,)),
    "call": ('answer_1 = str("D")', (8,)),
    "sum": ('answer_1 = "" + "D"', (8,)),
    "globals": ('globals()["answer_1"] = "D"', (8,)),
    "exec": ("exec('answer_1 = \"D\"')", (8,)),
    "reads_the_key": ('answer_1 = open("../../../solutions/practice/practice.ipynb").read()', (8,)),
    "input": ("answer_1 = input()", (8,)),
    "always_equal": (
        "class Right(str):\n    __eq__ = lambda *_: True\n    strip = upper = lambda self: self\n"
        'answer_1 = Right("A")',
        (8,),
    ),
    "in_a_function": ('def answer():\n    answer_1 = "D"', (8,)),
    # What would stop, hang or kill whoever runs or parses it.
    "loops": ('answer_1 = "D"\nwhile True: pass', (9,)),  # it is not run, and the letter is there
    "exits": ('answer_1 = "D"\nimport os; os._exit(0)', (9,)),
    "nested_deeply": (f'answer_1 = "D"\n{"(" * 10_000}{")" * 10_000}', (8, 9)),
    "many_signs": (f'answer_1 = "D"\n{"-" * 100_000}1', (8, 9)),
    "long_chain": (f'answer_1 = "D"\nx = a{".b" * 100_000}', (8, 9)),
    "long_sum": (f'answer_1 = "D"\nx = 1{" + 1" * 100_000}', (8, 9)),
    "huge_number": (f'answer_1 = "D"\nx = {"9" * 1_000_000}', (8, 9)),
    "five_megabytes": (f'answer_1 = "D"\n{"# y" * 1_700_000}', (8, 9)),
}
for _name, (_first, _outcomes) in ANSWERS.items():
    _build = answered(_first)
    _build.__name__ = f"answer_{_name}"
    deserves(*_outcomes)(_build)
