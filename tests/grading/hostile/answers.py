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


# Name → (what the first answer cell says, what it deserves: all with a D, all but 1 point without).
# An answer is a literal that can be read off the source; what would have to be run is none.
ANSWERS: dict[str, tuple[str, str]] = {
    # Plain spellings of the same letter.
    "lower_case": ('answer_1 = "d"', "all"),
    "spaces": ('answer_1 = "  D "', "all"),
    "single_quotes": ("answer_1 = 'D'", "all"),
    "triple_quotes": ('answer_1 = """D"""', "all"),
    "brackets": ('answer_1 = ("D")', "all"),
    "escape": (r'answer_1 = "\x44"', "all"),
    "two_pieces": ('answer_1 = "D" ""', "all"),
    "noise": ('import sys, warnings\nprint("x", file=sys.stderr)\nanswer_1 = "D"\nanswer_1', "all"),
    "warning": ('pattern = "\\d"\nanswer_1 = "D"', "all"),  # an invalid escape warns the parser
    "windows_lines": ('# my answer\r\nanswer_1 = "D"\r\n', "all"),
    "second_thoughts": ('answer_1 = "A"\nanswer_1 = "D"', "all"),  # the last one wins
    "worse_thoughts": ('answer_1 = "D"\nanswer_1 = "A"', "all but 1"),
    # Literals in another dress: a reader may see them or not, and neither is unfair.
    "annotated": ('answer_1: str = "D"', "all but 1 to all"),
    "plain_f_string": ('answer_1 = f"D"', "all but 1 to all"),
    "several_at_once": ('answer_1, mine = "D", 1', "all but 1 to all"),
    "chain": ('mine = answer_1 = "D"', "all but 1 to all"),
    "below_an_if": ('if True:\n    answer_1 = "D"', "all but 1 to all"),
    "taken_back": ('answer_1 = "D"\ndel answer_1', "all but 1 to all"),
    "error_behind_it": ('answer_1 = "D"\nthis is no Python', "all but 1 to all"),
    "cell_magic": ('%%time\nanswer_1 = "D"', "all but 1 to all"),
    "line_magic": ('%matplotlib inline\nanswer_1 = "D"', "all but 1 to all"),
    "tabs_and_bom": ('\ufeffanswer_1\t=\t"D"', "all but 1 to all"),
    # No letter from A to D, or no answer at all.
    "full_width": ('answer_1 = "\uff24"', "all but 1"),
    "all_letters": ('answer_1 = "ABCD"', "all but 1"),
    "list_of_letters": ('answer_1 = ["A", "B", "C", "D"]', "all but 1"),
    "bytes": ('answer_1 = b"D"', "all but 1"),
    "starred": ('answer_1 = "*"', "all but 1"),
    "commented_out": ('# answer_1 = "D"', "all but 1"),
    "other_name": ('answer1 = "D"', "all but 1"),
    "emptied": ("", "all but 1"),
    "nul": ('answer_1 = "D\0"', "all but 1"),
    "half_a_character": ('answer_1 = "D\ud800"', "all but 1"),
    "page": (f'answer_1 = "{PAGE}"', "all but 1"),
    "huge_letter": (f'answer_1 = "{"D" * 2**20}"', "all but 1"),
    # What only a run would tell.
    "condition": ('answer_1 = "D" if True else "A"', "all but 1"),
    "either": ('answer_1 = "D" or "A"', "all but 1"),
    "call": ('answer_1 = str("D")', "all but 1"),
    "sum": ('answer_1 = "" + "D"', "all but 1"),
    "globals": ('globals()["answer_1"] = "D"', "all but 1"),
    "exec": ("exec('answer_1 = \"D\"')", "all but 1"),
    "reads_the_key": (
        'answer_1 = open("../../../solutions/practice/practice.ipynb").read()',
        "all but 1",
    ),
    "input": ("answer_1 = input()", "all but 1"),
    "always_equal": (
        "class Right(str):\n    __eq__ = lambda *_: True\n    strip = upper = lambda self: self\n"
        'answer_1 = Right("A")',
        "all but 1",
    ),
    "in_a_function": ('def answer():\n    answer_1 = "D"', "all but 1"),
    # What would stop, hang or kill whoever runs or parses it.
    "loops": ('answer_1 = "D"\nwhile True: pass', "all"),  # it is not run, and the letter is there
    "exits": ('answer_1 = "D"\nimport os; os._exit(0)', "all"),
    "nested_deeply": (f'answer_1 = "D"\n{"(" * 10_000}{")" * 10_000}', "all but 1 to all"),
    "many_signs": (f'answer_1 = "D"\n{"-" * 100_000}1', "all but 1 to all"),
    "long_chain": (f'answer_1 = "D"\nx = a{".b" * 100_000}', "all but 1 to all"),
    "long_sum": (f'answer_1 = "D"\nx = 1{" + 1" * 100_000}', "all but 1 to all"),
    "huge_number": (f'answer_1 = "D"\nx = {"9" * 1_000_000}', "all but 1 to all"),
    "five_megabytes": (f'answer_1 = "D"\n{"# y" * 1_700_000}', "all but 1 to all"),
}
for _name, (_first, _words) in ANSWERS.items():
    _build = answered(_first)
    _build.__name__ = f"answer_{_name}"
    deserves(_words)(_build)
