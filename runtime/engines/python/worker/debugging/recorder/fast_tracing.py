"""The recorder over a trace function in C, for 3.10 and 3.11: counts what the one in Python counts, at half of the cost and less.

C counts events and lines and remembers which lines are not to be told again; whatever is more than that is done here, by the methods
that tracing.py has for the functions in Python.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from types import CodeType, FrameType
from typing import Any

from . import OnLine, Sample, intruders
from .codes import Known
from .library import load
from .tool_recorder import frames_here
from .tracing import TracingRecorder


class FastTracingRecorder(TracingRecorder):
    """See `Recorder`. There is one count in C for the process: one at a time runs."""

    def __init__(self) -> None:
        """Loads the library.

        Raises:
            ImportError: It is not there or does not fit.
        """
        if sys.version_info >= (3, 12):
            raise ImportError("it is for 3.10 and 3.11")
        self._trace: Any = load("hindsight_tracer", f"hindsight_tracer.cp3{sys.version_info[1]}.so")
        super().__init__()

    @property
    def lines(self) -> int:
        """As in the interface."""
        return self._trace.lines()

    def watch_lines(self, on_line: OnLine, codes: Collection[CodeType] | Callable[[CodeType], bool] | None) -> None:
        """As in the interface."""
        if self._running:
            self._trace.watch_lines(on_line)
            super().watch_lines(on_line, codes)

    def unwatch_lines(self) -> None:
        """As in the interface."""
        self._trace.watch_lines(None)
        super().unwatch_lines()

    def begin_lines(self, alarm: int, every: int) -> None:
        """As in the interface."""
        if self._running:
            self._trace.begin_lines(alarm, every, self._depth() if every else 0)

    def end_lines(self) -> list[Sample]:
        """As in the interface."""
        return self._trace.end_lines()

    def _make_trace(self) -> None:
        if self._running:
            self._trace.start(self.meet, self.enter, self.attend, self.pass_other, self._on_due)

    def _local_of(self, known: Known) -> Any:
        return None

    def _set_trace_of(self, known: Known) -> None:
        ends = self._on_raise is not None or (known.mine and self._on_return is not None)
        self._trace.set_flags(known.code, max(known.file, 0), known.mine, known.loops, known.watched, ends)

    def _tell_foreign(self, on: bool) -> None:
        self._trace.tell_raises(self._on_raise is not None)

    def _choose(self, frame: FrameType) -> None:
        self.meet(frame.f_code)

    def _install(self) -> None:
        for frame in frames_here():
            self._choose(frame)
        with intruders.unheard():
            self._trace.install(True)

    def _uninstall(self) -> None:
        # It cannot be put in place while the program is putting one there; then that one takes our place.
        if intruders.told() != "sys.settrace":
            with intruders.unheard():
                self._trace.install(False)
        self._trace.stop()

    def _come_back(self) -> None:
        """A trace function in C stays when it raises."""
