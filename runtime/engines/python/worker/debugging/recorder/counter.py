"""The callbacks of counted events in Python, over `sys.monitoring`: closures, whose variables cost less than attributes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple, Protocol

from .codes import Known

NEVER = 1 << 63


class Attend(Protocol):
    """What is called where there is more to do than to count."""

    def __call__(self, frame: FrameType, now: int, *, enters: bool) -> None:
        """Gets the frame, the count, and whether the event is one that enters the frame."""
        ...


class Counter(NamedTuple):
    """One count, of the thread that made it."""

    started: Callable[[CodeType, int], object]
    thrown: Callable[[CodeType, int, BaseException], None]
    jumped: Callable[[CodeType, int, int], None]
    read: Callable[[], int]
    attend_at: Callable[[int], None]


def make_counter(by_id: dict[int, Known], meet: Callable[[CodeType], Known], attend: Attend) -> Counter:
    """A count that stands at 0, and calls `attend` once it is told when.

    Args:
        by_id: The codes that were met, by `id`.
        meet: Called with one that is not among them, and puts it there.
        attend: Called within each event from a certain count on.
    """
    now = 0
    attention = NEVER
    thread, get_ident = threading.get_ident(), threading.get_ident
    find, getframe = by_id.get, sys._getframe
    monitoring: Any = getattr(sys, "monitoring", None)
    disable = monitoring.DISABLE

    def started(code: CodeType, _offset: int) -> object:
        nonlocal now
        known = find(id(code)) or meet(code)
        if not known.mine:
            return disable
        if get_ident() == thread:
            now += 1
            if now >= attention:
                attend(getframe(1), now, enters=True)
        return None

    # This event cannot be disabled.
    def thrown(code: CodeType, _offset: int, _error: BaseException) -> None:
        nonlocal now
        known = find(id(code)) or meet(code)
        if known.mine and get_ident() == thread:
            now += 1
            if now >= attention:
                attend(getframe(1), now, enters=True)

    # Is on in code of mine only.
    def jumped(_code: CodeType, _offset: int, _target: int) -> None:
        nonlocal now
        if get_ident() == thread:
            now += 1
            if now >= attention:
                attend(getframe(1), now, enters=False)

    def read() -> int:
        return now

    def attend_at(count: int) -> None:
        nonlocal attention
        attention = count

    return Counter(started, thrown, jumped, read, attend_at)
