"""Open files: written as path, mode and position, opened again without being truncated.

Streams of the session (`sys.stdout` and the like) are written by name.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, Final

from .context import Unit, current
from .failures import Unkeepable

KINDS: Final = (io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.FileIO)
_STREAMS: Final = ("stdout", "stderr", "stdin", "__stdout__", "__stderr__", "__stdin__")
_NEVER: Final = os.O_TRUNC | os.O_CREAT | os.O_EXCL


def stream_name(obj: Any) -> str | None:
    """Name in `sys` of an object that is one of the session's streams."""
    return next((name for name in _STREAMS if getattr(sys, name, None) is obj), None)


def reduce_file(unit: Unit, file: Any) -> Any:
    """Reduce an open file.

    Raises:
        Unkeepable: It has no path: it is a pipe, a terminal, or was deleted.
    """
    if file.closed:
        return make_closed, (_mode(file), str(getattr(file, "name", "")))
    path = _path(file)
    try:
        position = file.tell()
    except OSError:
        raise Unkeepable("it is open on something that has no position, such as a pipe or a terminal") from None
    text = None
    if isinstance(file, io.TextIOWrapper):
        text = (file.encoding, file.errors, None if not hasattr(file, "newlines") else _newline(file))
    status = os.stat(path)
    unit.remark(f"opened again at the position it had: {path}")
    return reopen, (path, _mode(file), position, text, isinstance(file, io.FileIO), (status.st_size, status.st_mtime_ns))


def reopen(
    path: str,
    mode: str,
    position: int,
    text: tuple[str, str, str | None] | None,
    unbuffered: bool,
    known: tuple[int, int],
) -> Any:
    """In pickles: the file, open again; a closed one where it is gone."""
    try:
        encoding, errors, newline = text or (None, None, None)
        buffering = 0 if unbuffered else -1
        file = open(path, mode, buffering, encoding, errors, newline, opener=_open_as_it_is)
        status = os.stat(path)
    except OSError as error:
        current().remark(f"closed, because {path} cannot be opened again: {error.strerror}")
        return make_closed(mode, path)
    if (status.st_size, status.st_mtime_ns) != known:
        current().remark(f"{path} has changed since")
    file.seek(position)
    return file


def make_closed(mode: str, name: str) -> Any:
    """In pickles: a file that is closed."""
    file: Any = io.BytesIO() if "b" in mode else io.TextIOWrapper(io.BytesIO())
    file.close()
    return file


def _open_as_it_is(path: str, flags: int) -> int:
    return os.open(path, flags & ~_NEVER)


def _mode(file: Any) -> str:
    """As for `open`: of the raw file underneath, which says `rb+`, `ab`, …, and with `b` only where it is binary."""
    raw = file
    while not isinstance(raw, io.FileIO):
        raw = getattr(raw, "buffer", None) or getattr(raw, "raw", None)
        if raw is None:
            return "rb"
    if raw.closed and not isinstance(file, io.FileIO):
        return "r" if isinstance(file, io.TextIOWrapper) else "rb"
    mode = raw.mode.replace("x", "w")
    return mode.replace("b", "") if isinstance(file, io.TextIOWrapper) else mode


def _newline(file: io.TextIOWrapper) -> str | None:
    """What `newline` was cannot be asked; writing has none of it left, reading translates unless told otherwise."""
    return None


def _path(file: Any) -> str:
    name = file.name
    if isinstance(name, bytes):
        name = os.fsdecode(name)
    try:
        if not isinstance(name, str):
            name = os.readlink(f"/proc/self/fd/{file.fileno()}")
        path = os.path.abspath(name)
        same = os.path.samestat(os.stat(path), os.fstat(file.fileno()))
    except (OSError, ValueError):
        same = False
    if not same:
        raise Unkeepable("it is an open file that has no path any more, a pipe, or a terminal")
    return path
