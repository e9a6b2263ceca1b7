"""The recorder in Python over `sys.monitoring`: counts what the one in C counts, for where that could not be built.

Two tools: one meets code, and is disabled at each instruction after the first time; the other counts, and is on in code of mine only.
Callbacks allocate, so that a replay is the same only as far as nothing depends on addresses.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection
from types import CodeType, FrameType
from typing import Any

from . import OnLine, OnRaise, OnReturn, OnStart, Sample, threads
from .clock import Clock
from .codes import Codes, Known
from .counter import NEVER, make_counter
from .lines import Lines
from .tool_recorder import ToolRecorder, frames_here
from .tools import Tool


class MonitoringRecorder(ToolRecorder):
    """See `Recorder`."""

    kind = "monitoring"

    def __init__(self) -> None:
        """Takes nothing yet.

        Raises:
            RuntimeError: There is no `sys.monitoring`.
        """
        super().__init__()
        self._disable: Any = sys.monitoring.DISABLE
        self._meeting: Tool | None = None
        self._mine_events = self._events.start | self._events.resume | self._events.jump
        self._reset(lambda _file: False, lambda _frame: None)

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
        self._counter = make_counter(self._attend, self._entered_elsewhere)
        self._tells_threads = False

    @property
    def time(self) -> int:
        """As in the interface."""
        return self._counter.read()

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
        if self._tool is None:
            self._reset(is_mine, on_due)
        events = self._events
        self._take_tool(
            {
                events.throw: self._thrown,
                events.line: self._lined,
                events.returned: self._returned,
                events.yielded: self._yielded,
                events.unwound: self._unwound,
                events.raised: self._raised,
            }
        )
        self._count(in_threads=threads.are_many())
        self._meeting = Tool({events.start: self._met, events.resume: self._met})
        for frame in frames_here():
            self._meet(frame.f_code)
        self._choose_events()
        self._meeting.set_events(events.start | events.resume)

    def stop(self) -> None:
        """As in the interface."""
        if self._tool is None:
            return
        threads.listen(None)
        self._tells_threads = False
        self._counter.attend_at(NEVER)
        self._lines.end()
        self._lines.watch(None, None)
        for known in self._codes.by_id.values():
            if known.mine or known.lined:
                sys.monitoring.set_local_events(self._tool.number, known.code, 0)
        if self._meeting is not None:
            self._meeting.close()
            self._meeting = None
        self._give_tool_back()

    def set_alarm(self, time: int) -> None:
        """As in the interface."""
        self._alarm = time
        self._set_attention()

    def set_clock(self, seconds: float) -> None:
        """As in the interface."""
        self._clock.set(seconds, self._counter.read())
        self._set_attention()

    def watch_lines(self, on_line: OnLine, codes: Collection[CodeType] | Callable[[CodeType], bool] | None) -> None:
        """As in the interface."""
        self._lines.watch(on_line, codes)
        self._apply_lines()

    def unwatch_lines(self) -> None:
        """As in the interface."""
        self._lines.watch(None, None)
        self._apply_lines()

    def watch_starts(self, on_start: OnStart | None) -> None:
        """As in the interface."""
        self._on_start = on_start
        self._set_attention()

    def watch_returns(self, on_return: OnReturn | None) -> None:
        """As in the interface."""
        self._on_return = on_return
        self._tells_returns = on_return is not None
        self._choose_events()

    def watch_raises(self, on_raise: OnRaise | None) -> None:
        """As in the interface."""
        self._on_raise = on_raise
        self._tells_raises = on_raise is not None
        self._choose_events()

    def watch_threads(self, on: bool) -> None:
        """As in the interface."""
        self._tells_threads = on and self.running

    def begin_lines(self, alarm: int, every: int) -> None:
        """As in the interface."""
        self._lines.begin(alarm, every, sum(self._codes.meet(frame.f_code).mine for frame in frames_here()))
        self._counts_frames = True
        self._choose_events()
        self._apply_lines()
        self._set_attention()

    def end_lines(self) -> list[Sample]:
        """As in the interface."""
        samples = self._lines.end()
        self._counts_frames = False
        self._choose_events()
        self._apply_lines()
        self._set_attention()
        return samples

    def _counted_events(self) -> int:
        # The others are turned on for each code of mine by itself.
        return self._events.throw

    def _meet(self, code: CodeType) -> Known:
        known = self._codes.by_id.get(id(code))
        if known is None:
            known = self._codes.meet(code)
            self._lines.choose(known)
            if known.mine and self._tool is not None:
                self._apply(known, self._tool)
        return known

    def _met(self, code: CodeType, _offset: int) -> object:
        """An event in any code, once an instruction. Where the code is new and mine, the counting tool does not get this one."""
        if id(code) not in self._codes.by_id and self._meet(code).mine:
            self._enter(sys._getframe(1))
        return self._disable

    def _thrown(self, code: CodeType, _offset: int, _error: BaseException) -> None:
        if self._meet(code).mine:
            self._enter(sys._getframe(1))

    def _enter(self, frame: FrameType) -> None:
        if threading.get_ident() == self._thread:
            self._counter.enter(frame)
        else:
            self._entered_elsewhere(frame)

    def _entered_elsewhere(self, frame: FrameType) -> None:
        if self._tells_threads and self._on_start is not None:
            self._on_start(frame)

    def _count(self, *, in_threads: bool) -> None:
        """Counts by the callbacks that look which thread it is, or, as long as there is but one, by those that do not."""
        counter, events = self._counter, self._events
        if self._tool is not None:
            started = counter.started_in_threads if in_threads else counter.started
            jumped = counter.jumped_in_threads if in_threads else counter.jumped
            self._tool.replace({events.start: started, events.resume: started, events.jump: jumped})
        threads.listen(None if in_threads else lambda: self._count(in_threads=True))

    def _apply_lines(self) -> None:
        if self._tool is not None:
            for known in list(self._codes.by_id.values()):
                if known.lined:
                    # What was disabled line by line comes back only by turning all of it off.
                    known.lined = False
                    sys.monitoring.set_local_events(self._tool.number, known.code, self._mine_events if known.mine else 0)
                if self._lines.wants(known):
                    self._apply(known, self._tool)

    def _apply(self, known: Known, tool: Tool) -> None:
        known.lined = self._lines.wants(known)
        events = (self._mine_events if known.mine else 0) | (self._events.line if known.lined else 0)
        sys.monitoring.set_local_events(tool.number, known.code, events)

    def _set_attention(self) -> None:
        """Says at which count there is more to do than to count; that is each one while starts are told or frames counted."""
        now = self._counter.read()
        if self._on_start is not None or self._lines.counting:
            self._counter.attend_at(0)
            return
        alarm = self._alarm if self._alarm > now else NEVER
        self._counter.attend_at(min(alarm, self._clock.next_look or NEVER))

    def _attend(self, frame: FrameType, now: int, *, enters: bool) -> None:
        if enters:
            self._lines.depth += 1
            if self._on_start is not None:
                self._on_start(frame)
        due = now == self._alarm
        if self._clock.next_look and now >= self._clock.next_look and self._clock.look(now):
            due = True
        self._set_attention()
        if due and self.running:
            self._on_due(frame)

    def _lined(self, code: CodeType, line: int) -> object:
        known = self._codes.by_id.get(id(code))
        if known is None or not known.lined:
            return self._disable
        if threading.get_ident() == self._thread:
            wanted = self._lines.passed(known, sys._getframe(1), line, self._counter.read())
        else:
            wanted = not self._tells_threads or self._lines.counting or self._lines.tell(known, sys._getframe(1), line)
        return None if wanted else self._disable

    def _returned(self, code: CodeType, _offset: int, value: object) -> object:
        return self._left(code, "return", value, sys._getframe(1))

    def _yielded(self, code: CodeType, _offset: int, value: object) -> object:
        return self._left(code, "yield", value, sys._getframe(1))

    def _left(self, code: CodeType, kind: str, value: object, frame: FrameType) -> object:
        known = self._codes.by_id.get(id(code))
        if known is None or not known.mine:
            return self._disable
        is_counted = threading.get_ident() == self._thread
        if self._on_return is not None and (is_counted or self._tells_threads):
            self._on_return(frame, kind, value)
        self._lines.depth -= is_counted
        return None

    def _unwound(self, code: CodeType, _offset: int, error: BaseException) -> None:
        # This event cannot be disabled: it must not answer so.
        self._left(code, "unwind", error, sys._getframe(1))

    def _raised(self, _code: CodeType, _offset: int, error: BaseException) -> None:
        if self._on_raise is not None and (self._tells_threads or threading.get_ident() == self._thread):
            self._on_raise(sys._getframe(1), error)
