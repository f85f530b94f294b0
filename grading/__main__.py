"""The commands of this course: python -m grading."""

import argparse
import importlib
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

from grading.errors import GradingError
from grading.printing import Printable, printable

HERE = Path(__file__).parent.parent
# Each has a module with `add_arguments` and `run`; students get only the one they need.
COMMANDS = {
    "check": ("grading.check", "check your code by the public rules, before you hand in"),
    "release": ("grading.commands.release", "write exercises/ from solutions/"),
    "bundle": ("grading.commands.bundle", "write the student bundle to dist/"),
    "roster": ("grading.commands.roster", "read the class list from the LMS's own CSV file"),
    "collect": ("grading.commands.collect", "take in a folder, or the zip that an LMS exports"),
    "grade": ("grading.commands.grade", "grade what lies in submitted/ and has changed since"),
    "regrade": ("grading.commands.regrade", "grade it again, changed or not"),
    "status": ("grading.commands.status", "say who is graded, ungraded and why, or missing"),
    "feedback": ("grading.commands.feedback", "write a page for each student to feedback/"),
    "export": ("grading.commands.export", "write the marks for nbgrader or an LMS"),
    "report": ("grading.commands.report", "write a report on the whole class to report/"),
    "restore": ("grading.commands.restore", "bring back the notebook that a later one replaced"),
    "accept": ("grading.commands.accept", "let marks count that fell, or wait for another look"),
    "forget": ("grading.commands.forget", "remove a person's files, marks and names"),
    "worked": ("grading.commands.worked", "write the worked solutions to worked/"),
    "demo": ("grading.commands.demo", "grade a small sample class in demo/"),
}
INTERRUPTED = 130  # what a shell expects after Ctrl+C


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 all well, 1 something is named, 2 not understood.

    What cannot be done exits with 1 and one sentence.
    """
    known = {name: told for name, (module, told) in COMMANDS.items() if _is_here(module)}
    options = _parser(known).parse_args(arguments)
    try:
        return _run(options.command, options.arguments)
    except (GradingError, OSError) as error:
        sys.exit(printable(str(error)))
    except KeyboardInterrupt:
        print("Stopped: what was done is kept, and the same command goes on.", file=sys.stderr)
        return INTERRUPTED


def _run(command: str, arguments: list[str]) -> int:
    """Import a command's module, which takes a second or more, and run it."""
    module = importlib.import_module(COMMANDS[command][0])
    parser = argparse.ArgumentParser(
        prog=f"python -m grading {command}", description=module.__doc__
    )
    parser.add_argument("--course", type=Path, default=HERE, help="the course folder (this one)")
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")
    module.add_arguments(parser)
    # nbgrader's own use of its libraries warns; nobody who grades can act on it.
    warnings.filterwarnings("ignore", module=r"nbgrader|nbformat|sqlalchemy")
    sys.stdout.reconfigure(errors="replace")  # into a file, Windows can write no arrow
    with redirect_stdout(Printable(sys.stdout)):
        return module.run(parser.parse_args(arguments))


def _parser(known: dict[str, str]) -> argparse.ArgumentParser:
    width = max(map(len, known))
    listed = "\n".join(f"  {name:{width}}  {told}" for name, told in known.items())
    parser = argparse.ArgumentParser(
        prog="python -m grading",
        description=f"{__doc__}\n\n{listed}\n\npython -m grading COMMAND --help says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="python -m grading COMMAND ...",
    )
    parser.add_argument("command", choices=known, metavar="COMMAND", help="one of these")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _is_here(module: str) -> bool:
    return (HERE / module.replace(".", "/")).with_suffix(".py").exists()


if __name__ == "__main__":
    sys.exit(main())
