"""Portraits: copies of values in which only builtin types and `Sketch` occur, made without running user code.

A portrait shows structure and state, never identity: two equal portraits are two equal values. It goes through a
pickle: C walks the builtin containers, cycles and shared parts included, and for all else `reducer_override` gives a
sketch, so that no `__reduce__` of a user's class is asked and reading one back makes no object of theirs.

An object of C code that does not tell its state (a lock, a socket) counts as what it is: its type and its address,
which a copy of the process keeps.
"""

from __future__ import annotations

import io
import pickle
import time
from collections.abc import Callable
from typing import Any, Final

from . import sketches


class Late(Exception):
    """The time for a portrait is over, or it is larger than it may be."""


class Sketch:
    """What stands for an object that is of no builtin type.

    `kind` says which part of `sketches` made it; `about` is a tuple of texts and numbers; `state` is what it holds.
    """

    __slots__ = ("kind", "about", "state")

    def __init__(self, kind: str, *about: Any) -> None:
        self.kind = kind
        self.about = about
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        (self.state,) = state


class Painter(pickle.Pickler):
    """Writes a portrait to a file; with `whole` arrays and texts as they are, else their digests."""

    def __init__(self, file: Any, *, whole: bool, deadline: float, digests: dict[int, Any] | None = None) -> None:
        super().__init__(file, 5)
        # Not copyreg's, where user code can register functions.
        self.dispatch_table = {}
        self._brush = sketches.Brush(whole, {} if digests is None else digests)
        self._deadline = deadline

    def reducer_override(self, obj: Any) -> Any:
        if obj is Sketch:
            return NotImplemented
        if time.monotonic() > self._deadline:
            raise Late
        kind, about, state = sketches.sketch(obj, self._brush)
        # In a tuple, because a state that is None or empty would not be set at all.
        return Sketch, (kind, *about), (state,)


class _Reader(pickle.Unpickler):
    """Reads portraits, and nothing else: no other class or function can be named in one."""

    def find_class(self, module: str, name: str) -> Any:
        if name == "Sketch" and module == Sketch.__module__:
            return Sketch
        raise pickle.UnpicklingError(f"a portrait holds no {module}.{name}")


class _Bounded(io.BytesIO):
    """A file in memory that may not become larger than `most` bytes."""

    def __init__(self, most: int, deadline: float) -> None:
        super().__init__()
        self._most = most
        self._deadline = deadline

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._most or time.monotonic() > self._deadline:
            raise Late
        return super().write(data)


def paint(obj: object, *, most: int, deadline: float) -> bytes:
    """Give the portrait of an object as bytes for `read`.

    Args:
        obj: Any object.
        most: How many bytes it may have.
        deadline: When to give up, as `time.monotonic` says it.

    Returns:
        The bytes; no code is run by reading them.

    Raises:
        Late: It took too long, or is larger.
        RecursionError: It is nested too deeply.
    """
    file = _Bounded(most, deadline)
    Painter(file, whole=True, deadline=deadline).dump(obj)
    return file.getvalue()


def paint_digest(obj: object, write: Callable[[Any], int], deadline: float, digests: dict[int, Any]) -> None:
    """Write a short portrait, in which arrays are digests.

    Args:
        obj: Any object.
        write: Takes the bytes, and may raise.
        deadline: When to give up.
        digests: By id of an array, what was found before in the same state.

    Raises:
        Late: It took too long.
        RecursionError: It is nested too deeply.
    """
    Painter(_Sink(write), whole=False, deadline=deadline, digests=digests).dump(obj)


def read(data: bytes) -> Any:
    """Give the portrait back that `paint` wrote.

    Raises:
        pickle.UnpicklingError: These are no such bytes.
    """
    return _Reader(io.BytesIO(data)).load()


class _Sink:
    def __init__(self, write: Callable[[Any], int]) -> None:
        self.write = write


#: Builtin types of which a portrait holds the objects themselves.
PLAIN: Final = (int, float, bool, str, bytes, bytearray, type(None), list, tuple, dict, set, frozenset)
