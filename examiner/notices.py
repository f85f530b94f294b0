"""Notice what a running cell does that a person should look at; it is examined all the same.

An audit hook cannot be taken off again (PEP 578). Code that the cell has made itself has no stops
in it, and what reaches the code of a function reaches the stops. Honest cells do neither, but for
what a library does for them: a dataclass, a named tuple, a route.
"""

import dis
import sys
import sysconfig
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from examiner import cell
from examiner.cell import FILENAME
from examiner.stops import StopMaker

RAN, READ, FRAMES, STARTED, BELOW = range(5)
NOTICES = {
    RAN: "ran code that does not stand in its text",
    READ: "looked into the code of a function",
    FRAMES: "looked into the variables of who called it",
    STARTED: "started a process, into which the examiner does not look",
    BELOW: "loaded a library that reaches below Python",
}
STARTING = {
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"),
    "subprocess.Popen",
}
BELOW_PYTHON = {
    *("_ctypes", "_interpreters", "_testcapi", "_testinternalcapi", "_xxsubinterpreters"),
    "numpy",
}
OF_LIBRARIES = {"_cffi_backend", "_posixsubprocess"}  # which some need, and no cell
UNLOADED = {"ctypes", *BELOW_PYTHON, *OF_LIBRARIES}  # so that importing them is noticed
CODES = {"__code__", "ag_code", "cr_code", "f_code", "gi_code"}
FRAMES_OF = {"ag_frame", "cr_frame", "gi_frame", "tb_frame"}
DATACLASSES = "/dataclasses.py"
# Files of libraries that make functions, of texts that are theirs.
MAKERS = (
    *("/collections/__init__.py", DATACLASSES, "/types.py", "/werkzeug/routing/rules.py"),
    *("/sqlalchemy/", "/attr/", "/examiner/stops.py"),
)
LOADER = cell.__file__
IMPORTER = "<frozen importlib._bootstrap>"
ANNOTATIONS = ("/typing.py", "/annotationlib.py")  # are texts, which call nothing
# Files of libraries that start programs for an answer, and ours that starts the cell once more.
ASKING = ("/uuid.py", "/platform.py", "/examiner/client/other_process.py")
CALLS = {"CALL", "CALL_KW", "CALL_FUNCTION_EX", "PRECALL"}
# Functions of libraries that read for who calls them: frames, and whatever an object has.
FRAME_GIVERS = {"currentframe", "<lambda>", "walk_stack"}
GIVERS = {"getmembers", "_getmembers", "get_field", "resolve"}
ROOTS = (
    "<frozen ",
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(__file__).parents[1]),
)


def watch(stops: StopMaker) -> None:
    """Notify of a number of NOTICES when the cell does such a thing, once of each."""
    for name in [name for name in sys.modules if _top(name) in UNLOADED]:
        del sys.modules[name]
    sys.addaudithook(_hook(stops.notify, stops.flags, sys._getframe, threading.get_ident))


def _hook(
    notify: Callable[[int], None],
    flags: object,
    frame: Callable[[int], FrameType],
    ident: Callable[[], int],
) -> Callable[[str, tuple[Any, ...]], None]:
    """Return the hook; what it needs is in no place that a cell could put something else into."""
    noticed: set[int] = set()
    judges = {
        **dict.fromkeys(STARTING, _starts),
        **dict.fromkeys(("code.__new__", "function.__new__"), _makes),
        "exec": partial(_runs, flags),
        "object.__getattr__": _reads,
        "sys._getframe": _looks_up,
        "import": _imports,
    }
    judging: set[int] = set()  # threads: what a judge itself does is nothing to judge

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in judges and (thread := ident()) not in judging:
            judging.add(thread)
            try:
                found = judges[event](frame(1), arguments)
                if found is not None and found not in noticed:
                    noticed.add(found)
                    notify(found)
            finally:
                judging.discard(thread)

    return hook


def _starts(caller: FrameType, arguments: tuple[Any, ...]) -> int | None:
    """Allow a library to ask the system what machine this is."""
    frame: FrameType | None = caller
    while frame and frame.f_code.co_filename.startswith(ROOTS):
        if frame.f_code.co_filename.endswith(ASKING):
            return None
        frame = frame.f_back
    return STARTED


def _runs(flags: object, caller: FrameType, arguments: tuple[Any, ...]) -> int | None:
    """Allow what has been made, and of the cell that alone which has been compiled with stops."""
    if caller.f_code.co_filename != LOADER:
        return _makes(caller, arguments)
    constants = arguments[0].co_consts
    return None if any(constant is flags for constant in constants) else RAN


def _makes(caller: FrameType, arguments: tuple[Any, ...]) -> int | None:
    """Allow it to libraries whose text it is; what is imported has to be one."""
    file, code = caller.f_code.co_filename, arguments[0]
    if file == IMPORTER and isinstance(code, CodeType):
        return None if code.co_filename.startswith(ROOTS) else RAN
    if file.startswith(ROOTS) and file.endswith(ANNOTATIONS):
        return RAN if _calls(code) else None
    if file.startswith(ROOTS) and file.endswith(DATACLASSES) and not _has_plain_fields(caller):
        return RAN
    return None if file.startswith(ROOTS) and any(maker in file for maker in MAKERS) else RAN


def _has_plain_fields(caller: FrameType) -> bool:
    """Return whether a data class is made of names: in a text of code others would be code."""
    frame: FrameType | None = caller
    while frame and frame.f_code.co_name != "_process_class":
        frame = frame.f_back
    made = frame.f_locals.get("cls") if frame else None
    fields = vars(made).get("__dataclass_fields__") if isinstance(made, type) else None
    return fields is not None and all(map(str.isidentifier, fields))


def _calls(code: CodeType) -> bool:
    """Return whether code calls something, or holds other code that might."""
    called = any(found.opname in CALLS for found in dis.get_instructions(code))
    return called or any(isinstance(constant, CodeType) for constant in code.co_consts)


def _reads(caller: FrameType, arguments: tuple[Any, ...]) -> int | None:
    name = arguments[1]
    if name not in CODES | FRAMES_OF or _is_library(caller):
        return None
    return READ if name in CODES else FRAMES


def _looks_up(caller: FrameType, arguments: tuple[Any, ...]) -> int | None:
    return None if _is_library(caller) else FRAMES


def _imports(caller: FrameType, arguments: tuple[Any, ...]) -> int | None:
    name, importer = _top(str(arguments[0])), caller
    while importer.f_code.co_filename.startswith("<frozen ") and importer.f_back:
        importer = importer.f_back
    wanted = name in BELOW_PYTHON or (name in OF_LIBRARIES and not _is_library(importer))
    return BELOW if wanted else None


def _top(name: str) -> str:
    return name.partition(".")[0]


def _is_library(caller: FrameType) -> bool:
    """Return whether a library asks for itself, and not in order to give it to the cell."""
    code = caller.f_code
    if not code.co_filename.startswith(ROOTS):
        return False
    asks = caller.f_back and caller.f_back.f_code.co_filename == FILENAME
    return code.co_name not in GIVERS and not (asks and code.co_name in FRAME_GIVERS)
