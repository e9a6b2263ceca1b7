"""The recorder over `sys.settrace`, for Python 3.10 and 3.11: counts starts, resumes, and the lines of code that jumps back.

In code that does not, no instruction comes twice without its function being started anew, and it gets no local trace function: that is
half of what tracing costs. Where lines, returns or exceptions are told, more frames get one. What traces is in
trace_functions.py, what that asks for in traced.py; with a C compiler it is a library instead, see fast_tracing.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from types import CodeType, FrameType
from typing import Any

from . import OnLine, OnRaise, OnReturn, OnStart, Sample, intruders
from .codes import Known
from .tool_recorder import frames_here
from .trace_functions import NEVER, make_functions
from .traced import Traced


class TracingRecorder(Traced):
    """See `Recorder`."""

    kind = "tracing"

    def __init__(self) -> None:
        """Takes nothing yet."""
        self._reset(lambda _file: False, lambda _frame: None)

    @property
    def running(self) -> bool:
        """As in the interface."""
        return self._running

    @property
    def time(self) -> int:
        """As in the interface."""
        return self._trace.read()

    @property
    def lines(self) -> int:
        """As in the interface."""
        return self._lines.count

    @property
    def sample_files(self) -> list[str]:
        """As in the interface."""
        return list(self._codes.files)

    def start(self, is_mine: Callable[[str], bool], on_due: OnStart) -> None:
        """As in the interface."""
        if self._running:
            raise RuntimeError("a recorder runs already")
        self._running = True
        self._reset(is_mine, on_due)
        self._install()

    def stop(self) -> None:
        """As in the interface."""
        if not self._running:
            intruders.listen(None)
            return
        self._running = False
        self._others.turn(False)
        self._trace.attend_at(NEVER)
        self._on_start = self._on_return = self._on_raise = None
        self._lines.end()
        self._lines.watch(None, None)
        self._uninstall()
        intruders.listen(None)

    def set_alarm(self, time: int) -> None:
        """As in the interface."""
        self._alarm = time
        self._set_attention()

    def set_clock(self, seconds: float) -> None:
        """As in the interface."""
        self._clock.set(seconds, self._trace.read())
        self._set_attention()

    def watch_lines(self, on_line: OnLine, codes: Collection[CodeType] | Callable[[CodeType], bool] | None) -> None:
        """As in the interface."""
        self._lines.watch(on_line, codes)
        self._choose_all()

    def unwatch_lines(self) -> None:
        """As in the interface."""
        self._lines.watch(None, None)
        self._choose_all()

    def watch_starts(self, on_start: OnStart | None) -> None:
        """As in the interface."""
        self._on_start = on_start
        self._set_attention()

    def watch_returns(self, on_return: OnReturn | None) -> None:
        """As in the interface."""
        self._on_return = on_return
        if on_return is None:
            self._ends.forget()
        self._choose_all()

    def watch_raises(self, on_raise: OnRaise | None) -> None:
        """As in the interface."""
        self._on_raise = on_raise
        self._choose_all()

    def watch_threads(self, on: bool) -> None:
        """As in the interface."""
        self._others.turn(on and self._running)

    def begin_lines(self, alarm: int, every: int) -> None:
        """As in the interface."""
        self._lines.begin(alarm, every, self._depth())
        self._choose_all()

    def end_lines(self) -> list[Sample]:
        """As in the interface."""
        samples = self._lines.end()
        self._choose_all()
        return samples

    def aside(self, on: bool) -> object:
        """As in the interface: it sees to nothing."""
        return None

    def memory(self) -> str:
        """As in the interface: addresses are not kept."""
        return ""

    def identity(self, frame: FrameType) -> int:
        """As in the interface."""
        return id(frame)

    def watch_intruders(self, on_intruder: Callable[[str], None] | None) -> None:
        """As in the interface."""
        intruders.listen(on_intruder)

    def _choose_all(self) -> None:
        """Decides anew for all code, and for the frames on the stack."""
        if not self._running:
            return
        # A copy, because this very code is met while it runs.
        known_codes = list(self._codes.by_id.values())
        for known in known_codes:
            self._set_trace_of(known)
        self._tell_foreign(self._on_raise is not None or any(known.watched and not known.mine for known in known_codes))
        for frame in self._frames():
            self._choose(frame)
        self._set_attention()

    # What is otherwise where C traces.

    def _make_trace(self) -> None:
        self._locals: dict[int, Any] = {}
        self._looping: set[int] = set()
        self._trace: Any = make_functions(self._locals, self._looping, self._lines.muted, self)

    def _local_of(self, known: Known) -> Any:
        """The local trace function of a frame of this code: None where it needs none."""
        return self._trace.full if self._is_told(known) else self._trace.counted if known.loops else None

    def _set_trace_of(self, known: Known) -> None:
        self._locals[id(known.code)] = self._local_of(known) if known.mine else False
        if known.loops:
            self._looping.add(id(known.code))

    def _tell_foreign(self, on: bool) -> None:
        self._trace.tell_foreign(on)
        counting = self._lines.counting
        self._trace.tell_all(counting, counting or self._on_return is not None or self._on_raise is not None)

    def _choose(self, frame: FrameType) -> None:
        known = self.meet(frame.f_code)
        local = self._local_of(known)
        if local is not None or frame.f_trace in (self._trace.counted, self._trace.full):
            frame.f_trace = local
            frame.f_trace_lines = known.mine or known.watched

    def _install(self) -> None:
        for frame in frames_here():
            self._choose(frame)
        with intruders.unheard():
            sys.settrace(self._trace.entered)

    def _uninstall(self) -> None:
        # It cannot be put in place while the program is putting one there; then that one takes our place.
        if intruders.told() != "sys.settrace":
            with intruders.unheard():
                sys.settrace(None)
        for frame in frames_here():
            if frame.f_trace in (self._trace.counted, self._trace.full):
                frame.f_trace = None

    def _come_back(self) -> None:
        """Python takes a trace function away that raises. A profile function, which it leaves, puts it back at the next event there is."""
        former = sys.getprofile()

        def come_back(frame: FrameType, event: str, argument: Any) -> None:
            sys.setprofile(former)
            if self._running:
                self._install()
                if event == "call":
                    frame.f_trace = self._trace.entered(frame, event, argument)
            if former is not None:
                former(frame, event, argument)

        sys.setprofile(come_back)
