"""What names a moment: time, depth and offset; and where in the source it is.

A moment is before a line is executed, or, with `raising`, where an exception has just been raised. Knows frames, and
nothing of how a moment is reached.
"""

import os
import sys
from types import CodeType, FrameType
from typing import Any, Callable, Iterator, NamedTuple

import hindsight_worker

_OURS = os.path.dirname(os.path.abspath(hindsight_worker.__file__)) + os.sep


class At(NamedTuple):
    """A moment of a trace, and of no other; see docs/debugging.md for why this is unique."""

    time: int
    depth: int
    offset: int
    raising: bool = False

    @classmethod
    def of(cls, told: dict[str, Any]) -> "At":
        """As the runtime says it."""
        return cls(int(told["time"]), int(told["depth"]), int(told["offset"]), bool(told.get("raising")))

    def told(self) -> dict[str, Any]:
        """As it is said to the runtime."""
        fields: dict[str, Any] = {"time": self.time, "depth": self.depth, "offset": self.offset}
        return {**fields, "raising": True} if self.raising else fields


class Stack:
    """The user's own frames among all, found by the code that they run."""

    def __init__(self, is_mine: Callable[[str], bool], identity: Callable[[FrameType], int] = id) -> None:
        """`identity` tells a frame from all others that have not ended."""
        self._decide = is_mine
        self.identity = identity
        self._files: dict[str, bool] = {}

    def is_mine(self, code: CodeType) -> bool:
        """Whether it is the user's own code. Asked once a file."""
        return self.is_mine_file(code.co_filename)

    def is_mine_file(self, file: str) -> bool:
        """The same, of the name of a file."""
        known = self._files.get(file)
        if known is None:
            known = self._files[file] = self._decide(file)
        return known

    @property
    def files(self) -> list[str]:
        """The user's files that code has run of."""
        return [file for file, mine in self._files.items() if mine]

    def is_ours(self, file: str) -> bool:
        """Whether it belongs to this worker, and is nobody's business."""
        return file.startswith(_OURS)

    def leaves_for_library(self, frame: FrameType) -> bool:
        """Whether what called this frame is a library's, and what called that is the user's."""
        caller = frame.f_back
        return caller is not None and not self.is_mine(caller.f_code) and self.innermost(caller) is not None

    def is_program(self, frame: FrameType) -> bool:
        """Whether it is the outermost one: a piece of the program itself, whose last expression is run as a piece of its own."""
        caller = frame.f_back
        return caller is not None and frame.f_code.co_name == "<module>" and self.is_ours(caller.f_code.co_filename)

    def depth(self, frame: FrameType | None) -> int:
        """How many frames of the user's own code there are, from this one outwards."""
        files, depth = self._files, 0
        while frame is not None:
            file = frame.f_code.co_filename
            known = files.get(file)
            if known or (known is None and self.is_mine(frame.f_code)):
                depth += 1
            frame = frame.f_back
        return depth

    def mine(self, frame: FrameType | None) -> Iterator[FrameType]:
        """The user's own frames, innermost first."""
        while frame is not None:
            if self.is_mine(frame.f_code):
                yield frame
            frame = frame.f_back

    def innermost(self, frame: FrameType | None) -> FrameType | None:
        """The nearest frame of the user's own code; None where there is none."""
        return next(self.mine(frame), None)

    def at(self, time: int, frame: FrameType, raising: bool = False) -> At:
        """Names the moment at which `frame`, one of the user's, stands."""
        return At(time, self.depth(frame), frame.f_lasti, raising)


def name_of(code: CodeType) -> str:
    """The qualified name, as far as this version of Python knows it."""
    return getattr(code, "co_qualname", code.co_name)


def source_of(frame: FrameType) -> dict[str, Any]:
    """`file`, `line`, `name`, and `column`, `end_line`, `end_column` where the interpreter knows them (3.11 and later)."""
    code = frame.f_code
    told: dict[str, Any] = {"file": code.co_filename, "line": max(frame.f_lineno or 1, 1), "name": name_of(code)}
    if sys.version_info >= (3, 11):
        told.update(_columns(code, frame.f_lasti, told["line"]))
    return told


def line_begin(frame: FrameType) -> int:
    """The offset at which the line that the frame is in has begun."""
    begin, last = frame.f_lasti, None
    for start, end, line in frame.f_code.co_lines():  # type: ignore[attr-defined]
        begin, last = (begin if line == last else start), line
        if start <= frame.f_lasti < end:
            return begin
    return frame.f_lasti


def place_of(at: At, frame: FrameType) -> dict[str, Any]:
    """A Place of docs/debugging.md."""
    return {**at.told(), **source_of(frame)}


def _columns(code: CodeType, offset: int, line: int) -> dict[str, int]:
    from itertools import islice

    found = next(islice(code.co_positions(), max(offset, 0) // 2, None), None)  # type: ignore[attr-defined]
    if found is None or None in found or found[0] != line:
        return {}
    return {"column": found[2], "end_line": found[1], "end_column": found[3]}
