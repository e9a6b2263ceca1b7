"""The recorder over a trace function in C, for 3.10 and 3.11: counts what the one in Python counts, at a third of the cost.

C counts; whatever is more than counting is done here, by the methods that tracing.py has for the functions in Python.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from . import intruders
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

    def _make_trace(self) -> None:
        if self._running:
            self._trace.start(self.meet, self.enter, self.pass_line, self.pass_other)

    def _local_of(self, known: Known) -> Any:
        return None

    def _set_trace_of(self, known: Known) -> None:
        self._trace.set_flags(known.code, known.mine, known.loops, self._is_told(known))

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
