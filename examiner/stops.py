"""Compile a cell with stops in it: this is the side of the process that runs the cell.

What a stop needs is neither in a variable nor in a module, where the cell could put something else
in its place, but among the constants of its code. The flags are memory that this process can only
read. A stop connects to the examiner's socket; the examiner alone counts and decides.
"""

import ast
import mmap
import os
import secrets
import socket
import struct
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from examiner.places import BETWEEN, MOST, Stops

FLAGS = "pauses.flags"
SOCKET = "pauses.sock"
GO = b"g"  # what lets a thread go on
STOPPED, NOTICED = 0, 1  # what a message is about
MESSAGE = struct.Struct("!16sBIQ")  # the key, what it is about, its number, and the thread's
ENDING = 70  # status of a process that can no longer be stopped
DEEPEST = 5000  # calls in each other, for a source that is nested deeply
# A thread that could not say where it stands must not go on: it ends the process.
STOP = """
def stop(number):
    try:
        connection = make(family)
        settimeout(connection, None)
        connect(connection, address)
        sendall(connection, pack(key, about, number, thread()))
        if wanted and recv(connection, 1) != wanted:
            end(status)
        close(connection)
    except error:
        end(status)
"""
Address = str | tuple[str, int]  # the path of a Unix socket, or host and port


class StopMaker:
    """Compile code with stops that report to the examiner at an address.

    The flags are found in `folder`; the examiner knows reports by the `key`. `notify` reports a
    number, and goes on as soon as that is read.
    """

    def __init__(self, folder: Path, key: bytes, address: Address) -> None:
        with (folder / FLAGS).open("rb") as file:
            self.flags = mmap.mmap(file.fileno(), MOST, access=mmap.ACCESS_READ)
        self._stop = _reporting(key, address, STOPPED, GO)
        self.notify = _reporting(key, address, NOTICED, b"")

    @classmethod
    def from_plain(cls, folder: str, key: str, address: Any) -> "StopMaker":
        """Return one from plain data; the key is in hexadecimal digits."""
        found = address if isinstance(address, str) else tuple(address)
        return cls(Path(folder), bytes.fromhex(key), found)

    def stop_between(self) -> None:
        """Stop between two statements of a script in SQL, if that is planned."""
        if self.flags[BETWEEN]:
            self._stop(BETWEEN)

    def compiled(self, tree: ast.Module, filename: str) -> CodeType:
        """Return the code of a tree, which is altered; raise what `compile` raises.

        The flags are among its constants also where no stop is: by them it is known for ours.
        """
        flags, stop = _number(), _number()
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, DEEPEST))
        try:
            code = _compiled(Stops(flags, stop).visit(tree), filename)
        finally:
            sys.setrecursionlimit(limit)
        made = planted(code, {flags: self.flags, stop: self._stop})
        return made.replace(co_consts=(*made.co_consts, self.flags))


def planted(code: CodeType, values: Mapping[int, Any]) -> CodeType:
    """Return code, and all code in it, with values in place of numbers among its constants."""
    return code.replace(co_consts=tuple(_planted(found, values) for found in code.co_consts))


def _planted(constant: Any, values: Mapping[int, Any]) -> Any:
    if isinstance(constant, CodeType):
        return planted(constant, values)
    return values.get(constant, constant) if type(constant) is int else constant


def _number() -> int:
    """Return a number that stands in no source."""
    return secrets.randbits(127)


def _compiled(tree: ast.Module, filename: str) -> CodeType:
    with warnings.catch_warnings():  # that a number can neither be called nor have items
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(ast.fix_missing_locations(tree), filename, "exec")


def _reporting(key: bytes, address: Address, about: int, wanted: bytes) -> Callable[[int], None]:
    """Return a function that reports a number and waits for what is `wanted`.

    Where that is nothing, it waits for the end of the connection.
    """
    kind = socket.socket.__base__  # the one of C, whose methods nobody can replace
    values = {
        "make": kind,
        "family": socket.AF_UNIX if isinstance(address, str) else socket.AF_INET,
        "settimeout": kind.settimeout,
        "connect": kind.connect,
        "sendall": kind.sendall,
        "recv": kind.recv,
        "close": kind.close,
        "pack": MESSAGE.pack,
        "thread": threading.get_native_id,
        "end": os._exit,
        "error": BaseException,
        **{"address": address, "key": key, "about": about, "wanted": wanted, "status": ENDING},
    }
    return _with_constants(STOP, values)


def _with_constants(source: str, values: Mapping[str, Any]) -> FunctionType:
    """Return the function that a source defines, with constants of its code for these names."""
    numbers = {name: _number() for name in values}
    code = _compiled(_Constants(numbers).visit(ast.parse(source)), __file__)
    function = next(found for found in code.co_consts if isinstance(found, CodeType))
    return FunctionType(planted(function, {numbers[name]: values[name] for name in values}), {})


class _Constants(ast.NodeTransformer):
    """Put numbers in place of names."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Replace a name that has a number."""
        return ast.Constant(self._numbers[node.id]) if node.id in self._numbers else node
