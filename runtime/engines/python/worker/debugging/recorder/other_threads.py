"""Trace functions for the threads that are not counted: what is watched is told of them, and nothing else is done.

`threading` puts them into the threads that it starts; those that ran before have none. For the recorders over `sys.settrace`.
"""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any

from . import OnRaise, OnReturn, OnStart, intruders
from .codes import Known
from .lines import Lines
from .trace_functions import Ends


class Watched:
    """What is watched, as a recorder has it at the moment."""

    _on_start: OnStart | None
    _on_return: OnReturn | None
    _on_raise: OnRaise | None
    _lines: Lines
    _ends: Ends

    def meet(self, code: Any) -> Known:
        """What is known of the code."""
        raise NotImplementedError


class OtherThreads:
    """Tells what happens in threads that are started while it is on."""

    def __init__(self, recorder: Watched) -> None:
        self._recorder = recorder
        self._is_on = False
        self._former: Any = None

    def turn(self, on: bool) -> None:
        """Begins or ends it. Twice is harmless."""
        if on == self._is_on:
            return
        self._is_on = on
        if on:
            self._former = threading.gettrace()
            intruders.expect(self._entered)
            threading.settrace(self._entered)
        elif threading.gettrace() == self._entered:
            threading.settrace(self._former)
            intruders.expect(None)

    def _entered(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        recorder = self._recorder
        if not self._is_on:
            with intruders.unheard():
                sys.settrace(None)
            return None
        if not recorder.meet(frame.f_code).mine:
            return None
        if recorder._on_start is not None:
            recorder._on_start(frame)
        return self._passed

    def _passed(self, frame: FrameType, event: str, argument: Any) -> Any:
        recorder = self._recorder
        if not self._is_on:
            return None
        if event == "line":
            recorder._lines.tell(recorder.meet(frame.f_code), frame, frame.f_lineno)
        elif event == "exception":
            self._raised(frame, argument[1], argument[2])
        elif event == "return" and recorder._on_return is not None:
            recorder._on_return(frame, *recorder._ends.how(frame, argument))
        return self._passed

    def _raised(self, frame: FrameType, error: BaseException, trace: Any) -> None:
        recorder = self._recorder
        if recorder._on_return is not None:
            recorder._ends.note(frame, error)
        if recorder._on_raise is not None:
            BaseException.__setattr__(error, "__traceback__", trace)
            recorder._on_raise(frame, error)
