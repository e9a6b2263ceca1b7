"""The trace functions of the recorder over `sys.settrace`: closures, whose variables cost less than attributes."""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple, Protocol

from .codes import Known

NEVER = 1 << 63

TraceFunction = Callable[[FrameType, str, Any], Any]

_RETURNS = {dis.opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST") if name in dis.opmap}
_AWAITS_AGAIN = "YIELD_FROM" in dis.opmap
_YIELDS = {dis.opmap[name] for name in ("YIELD_VALUE", "YIELD_FROM") if name in dis.opmap}


class Tracer(Protocol):
    """Who does what is more than counting."""

    def meet(self, code: CodeType) -> Known:
        """Puts a new code among the local functions."""
        ...

    def enter(self, frame: FrameType) -> Any:
        """A frame of mine was entered."""
        ...

    def enter_foreign(self, frame: FrameType) -> Any:
        """Another frame was entered."""
        ...

    def pass_line(self, frame: FrameType, counted: bool) -> None:
        """A line is about to be executed."""
        ...

    def pass_other(self, frame: FrameType, event: str, argument: Any) -> None:
        """A frame is left, or an exception passes it."""
        ...


class Functions(NamedTuple):
    """One count, and the functions that add to it."""

    entered: TraceFunction
    counted: TraceFunction
    full: TraceFunction
    read: Callable[[], int]
    attend_at: Callable[[int], None]
    tell_foreign: Callable[[bool], None]
    tell_all: Callable[[bool, bool], None]


def make_functions(
    local_functions: dict[int, Any], looping: set[int], muted: set[tuple[int, int]], tracer: Tracer
) -> Functions:
    """A count that stands at 0.

    Args:
        local_functions: The local trace function by the `id` of a code: None for none, False for code that is not mine.
        looping: The `id` of each code whose lines are counted as events.
        muted: Lines that nobody wants to be told of, by the `id` of their code.
        tracer: Called once it is told when.
    """
    now = 0
    attention = NEVER
    foreign = False
    each_line = each_end = False
    missing = object()
    find = local_functions.get

    def entered(frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal now
        local = find(id(frame.f_code), missing)
        if local is missing:
            tracer.meet(frame.f_code)
            local = find(id(frame.f_code))
        if local is False:
            return tracer.enter_foreign(frame) if foreign else None
        now += 1
        if now >= attention:
            return tracer.enter(frame)
        return local

    # Of code that jumps back, where nothing but its count is wanted.
    def counted(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal now
        if event == "line":
            now += 1
            if now >= attention:
                tracer.pass_line(frame, True)

    def full(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal now
        if event == "line":
            code = id(frame.f_code)
            is_counted = code in looping
            now += is_counted
            # Nearly all lines are passed this way where there are breakpoints.
            if now < attention and not each_line and (code, frame.f_lineno) in muted:
                return
            tracer.pass_line(frame, is_counted)
        elif each_end:
            tracer.pass_other(frame, event, argument)

    def read() -> int:
        return now

    def attend_at(count: int) -> None:
        nonlocal attention
        attention = count

    def tell_foreign(on: bool) -> None:
        nonlocal foreign
        foreign = on

    def tell_all(lines: bool, ends: bool) -> None:
        nonlocal each_line, each_end
        each_line, each_end = lines, ends

    return Functions(entered, counted, full, read, attend_at, tell_foreign, tell_all)


class Ends:
    """How frames are left: tracing does not tell a None that is returned from an exception that passes.

    To be noted only while somebody asks: what holds an exception keeps the frames that it has passed alive.
    """

    def __init__(self) -> None:
        self._passing: dict[int, tuple[int, BaseException]] = {}

    def note(self, frame: FrameType, error: BaseException) -> None:
        """An exception was raised in this frame, or passes it."""
        self._passing[id(frame)] = (frame.f_lasti, error)

    def forget(self) -> None:
        """Nobody asks any more."""
        self._passing.clear()

    def how(self, frame: FrameType, value: object) -> tuple[str, object]:
        """`return`, `yield` or `unwind`, and the value or the exception."""
        at, error = self._passing.pop(id(frame), (-1, None))
        # Where a frame has yielded it stands at that instruction or at the one after it; in an `await` of 3.10 before it, to execute it again.
        code, at_now = frame.f_code.co_code, frame.f_lasti
        instruction = code[at_now]
        around = {code[max(at_now - 2, 0)], instruction, *(code[at_now + 2 : at_now + 3] if _AWAITS_AGAIN else b"")}
        if instruction in _RETURNS:
            return "return", value
        if value is not None or (at != at_now and around & _YIELDS):
            return "yield", value
        return "unwind", error
