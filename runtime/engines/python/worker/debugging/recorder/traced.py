"""What a trace function asks for where there is more to do than to count: the recorder behind it, without its commands."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

from . import OnRaise, OnReturn, OnStart
from .clock import Clock
from .codes import Codes, Known
from .lines import Lines
from .other_threads import OtherThreads, Watched
from .tool_recorder import frames_from, frames_here
from .trace_functions import NEVER, Ends


class Traced(Watched):
    """The state of a recorder over a trace function, and what is done at its events."""

    _running = False
    _trace: Any

    def _reset(self, is_mine: Callable[[str], bool], on_due: OnStart) -> None:
        self._thread = threading.get_ident()
        self._on_due = on_due
        self._on_start: OnStart | None = None
        self._on_return: OnReturn | None = None
        self._on_raise: OnRaise | None = None
        self._alarm = 0
        self._clock = Clock()
        self._codes = Codes(is_mine)
        self._lines = Lines(self._codes, on_due)
        self._ends = Ends()
        self._others = OtherThreads(self)
        self._make_trace()

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
                if self._on_return is not None:
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

    def _set_attention(self) -> None:
        """Says at which count there is more to do than to count; that is each one while starts are told or frames counted."""
        now = self._trace.read()
        if self._on_start is not None or self._lines.counting:
            self._trace.attend_at(0)
            return
        alarm = self._alarm if self._alarm > now else NEVER
        self._trace.attend_at(min(alarm, self._clock.next_look or NEVER) if self._running else NEVER)

    def _depth(self) -> int:
        return sum(self._codes.meet(frame.f_code).mine for frame in self._frames())

    def _frames(self) -> Iterator[FrameType]:
        """The frames of the counted thread, innermost first; also where another one asks."""
        if threading.get_ident() == self._thread:
            return frames_here()
        return frames_from(sys._current_frames().get(self._thread))

    def _is_told(self, known: Known) -> bool:
        """Whether more than its count is wanted of a frame of this code."""
        return self._lines.wants(known) or self._on_raise is not None or (known.mine and self._on_return is not None)

    # What depends on what traces.

    def _make_trace(self) -> None:
        raise NotImplementedError

    def _local_of(self, known: Known) -> Any:
        raise NotImplementedError

    def _set_trace_of(self, known: Known) -> None:
        raise NotImplementedError

    def _come_back(self) -> None:
        raise NotImplementedError
