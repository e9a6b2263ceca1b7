"""The callbacks of counted events in Python, over `sys.monitoring`: closures, whose variables cost less than attributes.

They are called for code of mine only, so that none asks whose it is. None asks for its thread either while there is but one.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import NamedTuple, Protocol

NEVER = 1 << 63


class Attend(Protocol):
    """What is called where there is more to do than to count."""

    def __call__(self, frame: FrameType, now: int, *, enters: bool) -> None:
        """Gets the frame, the count, and whether the event is one that enters the frame."""
        ...


#: Is told of a frame that another thread has entered.
Elsewhere = Callable[[FrameType], None]


class Counter(NamedTuple):
    """One count, of the thread that made it. The callbacks with `_in_threads` are for when there are several."""

    started: Callable[[CodeType, int], None]
    jumped: Callable[[CodeType, int, int], None]
    started_in_threads: Callable[[CodeType, int], None]
    jumped_in_threads: Callable[[CodeType, int, int], None]
    enter: Callable[[FrameType], None]
    read: Callable[[], int]
    attend_at: Callable[[int], None]


def make_counter(attend: Attend, elsewhere: Elsewhere) -> Counter:
    """A count that stands at 0, and calls `attend` within each event from a certain count on, once it is told which."""
    now = 0
    attention = NEVER
    thread, get_ident = threading.get_ident(), threading.get_ident
    getframe = sys._getframe

    def started(_code: CodeType, _offset: int) -> None:
        nonlocal now
        now += 1
        if now >= attention:
            attend(getframe(1), now, enters=True)

    def jumped(_code: CodeType, _offset: int, _target: int) -> None:
        nonlocal now
        now += 1
        if now >= attention:
            attend(getframe(1), now, enters=False)

    def started_in_threads(_code: CodeType, _offset: int) -> None:
        if get_ident() == thread:
            enter(getframe(1))
        else:
            elsewhere(getframe(1))

    def jumped_in_threads(_code: CodeType, _offset: int, _target: int) -> None:
        nonlocal now
        if get_ident() == thread:
            now += 1
            if now >= attention:
                attend(getframe(1), now, enters=False)

    def enter(frame: FrameType) -> None:
        nonlocal now
        now += 1
        if now >= attention:
            attend(frame, now, enters=True)

    def read() -> int:
        return now

    def attend_at(count: int) -> None:
        nonlocal attention
        attention = count

    return Counter(started, jumped, started_in_threads, jumped_in_threads, enter, read, attend_at)
