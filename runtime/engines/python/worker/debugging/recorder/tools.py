"""A tool of `sys.monitoring`: its number, its callbacks, and which events are on. Python 3.12 and newer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from .intruders import unheard

_monitoring: Any = getattr(sys, "monitoring", None)

# Debuggers, coverage, profilers and optimizers have numbers of their own by convention: 0, 1, 2 and 5. Theirs come last.
_CANDIDATES = (4, 3, 2, 1, 0, 5)
_NAME = "hindsight"


class Events:
    """The events by name, as in `sys.monitoring.events`."""

    def __init__(self) -> None:
        if _monitoring is None:
            raise RuntimeError("there is no sys.monitoring before Python 3.12")
        events = _monitoring.events
        self.start: int = events.PY_START
        self.resume: int = events.PY_RESUME
        self.throw: int = events.PY_THROW
        self.jump: int = events.JUMP
        self.line: int = events.LINE
        self.returned: int = events.PY_RETURN
        self.yielded: int = events.PY_YIELD
        self.unwound: int = events.PY_UNWIND
        self.raised: int = events.RAISE
        self.left = self.returned | self.yielded | self.unwound


class Tool:
    """A tool that was taken. `close` gives it back."""

    def __init__(self, callbacks: Mapping[int, Callable[..., Any]]) -> None:
        """Takes a free number; no event is on yet.

        Args:
            callbacks: By event.

        Raises:
            RuntimeError: All numbers are taken.
        """
        self._callbacks = callbacks
        self._events = 0
        with unheard():
            self.number = _take_number()
        self.replace(callbacks)

    def set_events(self, events: int) -> None:
        """Turns these events on in all code, and the others off."""
        if events != self._events:
            self._events = events
            _monitoring.set_events(self.number, events)

    def replace(self, callbacks: Mapping[int, Callable[..., Any]]) -> None:
        """Calls others for these events from now on."""
        with unheard():
            for event, callback in callbacks.items():
                _monitoring.register_callback(self.number, event, callback)

    def close(self) -> None:
        """Turns all global events off and gives the number back. Events of single code objects are the caller's."""
        with unheard():
            self.set_events(0)
            for event in self._callbacks:
                _monitoring.register_callback(self.number, event, None)
            _monitoring.free_tool_id(self.number)


def _take_number() -> int:
    for number in _CANDIDATES:
        if _monitoring.get_tool(number) is None:
            _monitoring.use_tool_id(number, _NAME)
            return number
    raise RuntimeError("all tools of sys.monitoring are taken")
