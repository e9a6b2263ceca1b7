"""The recorder over `sys.settrace`, for Python 3.10 and 3.11: counts starts, resumes, and the lines of code that jumps back.

In code that does not, no instruction comes twice without its function being started anew, and it gets no local trace function: that is
half of what tracing costs. Where lines, returns or exceptions are told, more frames get one. What traces is in traced.py; with a C
compiler it is a library instead, see fast_tracing.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from types import CodeType, FrameType
from typing import Any

from . import OnLine, OnRaise, OnReturn, OnStart, Sample, intruders
from .clock import Clock
from .codes import Codes, Known
from .lines import Lines
from .tool_recorder import frames_here
from .traced import NEVER, Ends, make_functions


class TracingRecorder:
    """See `Recorder`."""

    kind = "tracing"

    def __init__(self) -> None:
        """Takes nothing yet."""
        self._running = False
        self._reset(lambda _file: False, lambda _frame: None)

    def _reset(self, is_mine: Callable[[str], bool], on_due: OnStart) -> None:
        self._on_due = on_due
        self._on_start: OnStart | None = None
        self._on_return: OnReturn | None = None
        self._on_raise: OnRaise | None = None
        self._alarm = 0
        self._clock = Clock()
        self._codes = Codes(is_mine)
        self._lines = Lines(self._codes, on_due)
        self._ends = Ends()
        self._make_trace()

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
        self._choose_all()

    def watch_raises(self, on_raise: OnRaise | None) -> None:
        """As in the interface."""
        self._on_raise = on_raise
        self._choose_all()

    def begin_lines(self, alarm: int, every: int) -> None:
        """As in the interface."""
        self._lines.begin(alarm, every, self._depth())
        self._choose_all()

    def end_lines(self) -> list[Sample]:
        """As in the interface."""
        samples = self._lines.end()
        self._choose_all()
        return samples

    def watch_intruders(self, on_intruder: Callable[[str], None] | None) -> None:
        """As in the interface."""
        intruders.listen(on_intruder)

    def _set_attention(self) -> None:
        """Says at which count there is more to do than to count; that is each one while starts are told or frames counted."""
        now = self._trace.read()
        if self._on_start is not None or self._lines.counting:
            self._trace.attend_at(0)
            return
        alarm = self._alarm if self._alarm > now else NEVER
        self._trace.attend_at(min(alarm, self._clock.next_look or NEVER) if self._running else NEVER)

    # What the trace functions ask for.

    def meet(self, code: CodeType) -> Known:
        """What is known of the code; decides how it is traced if it is new."""
        known = self._codes.by_id.get(id(code))
        if known is None:
            known = self._codes.meet(code)
            self._lines.choose(known)
        self._set_trace_of(known)
        return known

    def enter(self, frame: FrameType) -> Any:
        """A frame of mine was entered, and there is more to do. Answers its local trace function of then."""
        try:
            self._lines.depth += 1
            if self._on_start is not None:
                self._on_start(frame)
            self.attend(frame)
        except BaseException:
            self._come_back()
            raise
        return self._local_of(self._codes.meet(frame.f_code)) if self._running else None

    def enter_foreign(self, frame: FrameType) -> Any:
        """A frame that is not mine was entered."""
        known = self._codes.meet(frame.f_code)
        local = self._local_of(known)
        if local is not None:
            frame.f_trace_lines = known.watched
        return local

    def pass_line(self, frame: FrameType, counted: bool) -> None:
        """A line is about to be executed; what is due by time comes before the line itself, as where jumps are counted."""
        try:
            if counted:
                self.attend(frame)
            known = self._codes.meet(frame.f_code)
            if self._running and self._lines.wants(known):
                self._lines.passed(known, frame, frame.f_lineno, self._trace.read())
        except BaseException:
            self._come_back()
            raise

    def pass_other(self, frame: FrameType, event: str, argument: Any) -> None:
        """A frame is left, or an exception passes it."""
        try:
            if event == "exception":
                self._ends.note(frame, argument[1])
                if self._on_raise is not None:
                    # Where it came from: Python itself notes that only where it is caught.
                    BaseException.__setattr__(argument[1], "__traceback__", argument[2])
                    self._on_raise(frame, argument[1])
            elif event == "return" and self._codes.meet(frame.f_code).mine:
                if self._on_return is not None:
                    self._on_return(frame, *self._ends.how(frame, argument))
                self._lines.depth -= 1
        except BaseException:
            self._come_back()
            raise

    def attend(self, frame: FrameType) -> None:
        """Does what is due at this count."""
        now = self._trace.read()
        due = now == self._alarm
        if self._clock.next_look and now >= self._clock.next_look and self._clock.look(now):
            due = True
        self._set_attention()
        if due and self._running:
            self._on_due(frame)

    def _choose_all(self) -> None:
        """Decides anew for all code, and for the frames on the stack."""
        if not self._running:
            return
        # A copy, because this very code is met while it runs.
        known_codes = list(self._codes.by_id.values())
        for known in known_codes:
            self._set_trace_of(known)
        self._tell_foreign(self._on_raise is not None or any(known.watched and not known.mine for known in known_codes))
        for frame in frames_here():
            self._choose(frame)
        self._set_attention()

    def _depth(self) -> int:
        return sum(self._codes.meet(frame.f_code).mine for frame in frames_here())

    def _is_told(self, known: Known) -> bool:
        """Whether more than its count is wanted of a frame of this code."""
        return self._lines.wants(known) or self._on_raise is not None or (known.mine and self._on_return is not None)

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
