"""Counts the events of the user's own code, tells when a count or a time is reached, and what lines and frames are passed.

One interface, three implementations; `docs/debugging.md` says what each counts. Nothing here knows of snapshots, breakpoints,
links, or what is done in a callback.

All callbacks get the frame of the user's code in which the event happened. While one runs no events happen, so that a callback
may run any code. It may register, change and stop everything here, at once also for frames that are on the stack; it may raise, which goes on
in the user's program as if the line had raised it; and it may fork, whereupon the process goes on in both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import CodeType, FrameType
from typing import Protocol

__all__ = ["OnLine", "OnRaise", "OnReturn", "OnStart", "Recorder", "Sample", "make_recorder"]

OnLine = Callable[[FrameType, int], bool]
OnStart = Callable[[FrameType], None]
OnReturn = Callable[[FrameType, str, object], None]
OnRaise = Callable[[FrameType, BaseException], None]

Sample = tuple[int, int, int, int, int]
"""`(time, lines, deepest, file, line)`: the time and the number of lines at a line; how many frames of the user's code there were at
most since the sample before; the file's index in `sample_files`, and the line's number in it."""


class Recorder(Protocol):
    """What counts one thread: the one that calls `start`. What is watched may be told of the others, too."""

    @property
    def kind(self) -> str:
        """`native`, `monitoring` or `tracing`."""
        ...

    @property
    def time(self) -> int:
        """How many events were counted so far, the one that is being told included. `stop` does not put it back; `start` does."""
        ...

    @property
    def running(self) -> bool:
        """Between `start` and `stop`."""
        ...

    def start(self, is_mine: Callable[[str], bool], on_due: OnStart) -> None:
        """Counts from 0, in this thread, from the caller's next event on; the frames on the stack are counted, too, where they are mine.

        Args:
            is_mine: Whether code of this file is the user's own; asked once a `co_filename`.
            on_due: Called when an alarm or the clock is due.
        """
        ...

    def stop(self) -> None:
        """Gives up everything that was registered; nothing is called any more. Twice is harmless."""
        ...

    def set_alarm(self, time: int) -> None:
        """Calls `on_due` within the event that makes `time` equal to this, before the first line of that time; never with 0."""
        ...

    def set_clock(self, seconds: float) -> None:
        """Calls `on_due` once, at the first counted event after so many seconds from now; never with 0.

        In a tight loop it is looked at every 64 events only, which is some microseconds; where events are rare, at each.
        """
        ...

    def watch_lines(self, on_line: OnLine, codes: Collection[CodeType] | Callable[[CodeType], bool] | None) -> None:
        """Calls `on_line` before each line of these code objects; replaces what was watched before.

        Where it answers False, it is not called again for this line of this code until lines are watched anew.

        Args:
            on_line: Gets the frame and the line's number.
            codes: Code objects, also such as are not mine. Or a function that is asked once for each code of mine, also such as is made
                later, before its first line. Or None: all code of mine.
        """
        ...

    def unwatch_lines(self) -> None:
        """Calls no `on_line` any more. Harmless where nothing is watched."""
        ...

    def watch_starts(self, on_start: OnStart | None) -> None:
        """Calls `on_start` at each start of a function of mine, and each time one is resumed or thrown into; None ends it."""
        ...

    def watch_returns(self, on_return: OnReturn | None) -> None:
        """Calls `on_return` when a frame of mine is left; None ends it.

        It gets the frame, `return`, `yield` or `unwind`, and the value that is returned or yielded, or the exception.
        """
        ...

    def watch_raises(self, on_raise: OnRaise | None) -> None:
        """Calls `on_raise` for each exception, once in each frame that it is raised in or passes, in all code; None ends it."""
        ...

    def watch_threads(self, on: bool) -> None:
        """Tells lines, starts, returns and raises of the other threads, too, each in the thread where it happens. None of them is counted.

        Where there is no `sys.monitoring`, threads are told of that `threading` has started since.
        """
        ...

    def begin_lines(self, alarm: int, every: int) -> None:
        """Counts the lines of mine from 0. While it does so, it may be called again: the count and the samples start anew.

        Args:
            alarm: `on_due` is called within the line that makes `lines` equal to this, before the line is executed; 0 is never.
            every: Take a sample at each line whose number is a multiple of this; 0 takes none.
        """
        ...

    @property
    def lines(self) -> int:
        """How many lines were begun since `begin_lines`, the one that is being told included."""
        ...

    def end_lines(self) -> list[Sample]:
        """Ends `begin_lines` and answers its samples, oldest first. Empty where nothing was begun."""
        ...

    @property
    def sample_files(self) -> list[str]:
        """The files that samples name by index; it only grows while the recorder runs."""
        ...

    def aside(self, on: bool) -> object:
        """With True, what this thread does from here on is the worker's own, with False the program's again. May be nested.

        What is done aside leaves no traces in the program's memory, as far as the recorder can see to that: callbacks are aside anyway.
        """
        ...

    def memory(self) -> str:
        """How the program uses memory here, in a word; in a replay it is the same as long as its objects have the same addresses.

        To be asked aside; an empty text where addresses are not kept.
        """
        ...

    def identity(self, frame: FrameType) -> int:
        """A number that no other frame has that has not ended. The object that stands for a frame may be another one each time."""
        ...

    def watch_intruders(self, on_intruder: Callable[[str], None] | None) -> None:
        """Calls `on_intruder` right before the program itself sets a trace function, takes a tool of `sys.monitoring`, or calls `breakpoint()`.

        It gets the name of what was called. Recording and the other tool disturb one another, so it should call `stop`.
        """
        ...


def make_recorder() -> Recorder:
    """A recorder of the best kind that works here; `HINDSIGHT_RECORDER` forces one.

    Raises:
        RuntimeError: The kind that was forced does not work here.
    """
    from .choosing import choose

    return choose()
