"""The recorder in C: `hindsight_recorder`, an abi3 library beside the worker's package, built where a compiler is.

It counts, and calls back; here it gets its tool of `sys.monitoring`, and is told which code is on the stack.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from types import CodeType, FrameType

from . import OnLine, OnRaise, OnReturn, OnStart, Sample
from .library import load
from .tool_recorder import ToolRecorder, frames_here

FILE = "hindsight_recorder.abi3.so"
_EVENTS_OF_C = {"start": 1, "line": 1 << 5, "jump": 1 << 7}


class NativeRecorder(ToolRecorder):
    """See `Recorder`. There is one state in C for the process: one at a time runs."""

    kind = "native"

    def __init__(self) -> None:
        """Loads the library.

        Raises:
            ImportError: It is not there or does not fit.
            RuntimeError: `sys.monitoring` numbers its events otherwise than it was made for.
        """
        super().__init__()
        self._c = load("hindsight_recorder", FILE)
        numbers = {name: getattr(self._events, name) for name in _EVENTS_OF_C}
        if numbers != _EVENTS_OF_C:
            raise RuntimeError(f"the events have other numbers: {numbers}")
        events, c = self._events, self._c
        self._callbacks = {
            events.start: c.started,
            events.resume: c.started,
            events.throw: c.thrown,
            events.jump: c.jumped,
            events.line: c.lined,
            events.returned: c.returned,
            events.yielded: c.yielded,
            events.unwound: c.unwound,
            events.raised: c.raised,
        }

    @property
    def time(self) -> int:
        """As in the interface."""
        return self._c.time()

    @property
    def lines(self) -> int:
        """As in the interface."""
        return self._c.lines()

    @property
    def sample_files(self) -> list[str]:
        """As in the interface."""
        return self._c.files()

    def start(self, is_mine: Callable[[str], bool], on_due: OnStart) -> None:
        """As in the interface."""
        tool = self._take_tool(self._callbacks)
        try:
            self._c.start(tool.number, is_mine, on_due, sys.monitoring)
            for frame in frames_here():
                self._c.see(frame.f_code)
            self._choose_events()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """As in the interface."""
        if self._tool is not None:
            self._c.stop()
            self._give_tool_back()

    def set_alarm(self, time: int) -> None:
        """As in the interface."""
        self._c.set_alarm(time)

    def set_clock(self, seconds: float) -> None:
        """As in the interface."""
        self._c.set_clock(seconds)

    def watch_lines(self, on_line: OnLine, codes: Collection[CodeType] | Callable[[CodeType], bool] | None) -> None:
        """As in the interface."""
        if callable(codes):
            self._c.watch_lines(on_line, [], codes, False)
        else:
            self._c.watch_lines(on_line, list(codes or ()), None, codes is None)

    def unwatch_lines(self) -> None:
        """As in the interface."""
        self._c.watch_lines(None, [], None, False)

    def watch_starts(self, on_start: OnStart | None) -> None:
        """As in the interface."""
        self._c.watch_starts(on_start)

    def watch_returns(self, on_return: OnReturn | None) -> None:
        """As in the interface."""
        self._c.watch_returns(on_return)
        self._tells_returns = on_return is not None
        self._choose_events()

    def watch_raises(self, on_raise: OnRaise | None) -> None:
        """As in the interface."""
        self._c.watch_raises(on_raise)
        self._tells_raises = on_raise is not None
        self._choose_events()

    def watch_threads(self, on: bool) -> None:
        """As in the interface."""
        self._c.watch_threads(on)

    def begin_lines(self, alarm: int, every: int) -> None:
        """As in the interface."""
        # Walking makes objects of frames, which the recording had not: only samples need to know how many there are.
        depth = sum(self._is_mine(frame) for frame in frames_here()) if every else 0
        self._c.begin_lines(alarm, every, depth)
        self._counts_frames = every > 0
        self._choose_events()

    def end_lines(self) -> list[Sample]:
        """As in the interface."""
        samples: list[Sample] = self._c.end_lines()
        self._counts_frames = False
        self._choose_events()
        return samples

    def aside(self, on: bool) -> object:
        """As in the interface."""
        return self._c.aside(on)

    def memory(self) -> str:
        """As in the interface."""
        return self._c.memory()

    def identity(self, frame: FrameType) -> int:
        """As in the interface."""
        return self._c.identity(frame)

    def _is_mine(self, frame: FrameType) -> bool:
        return self._c.see(frame.f_code)
