"""What the recorders over `sys.monitoring` have in common: the tool they take, and which of its events they need at the moment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

from . import intruders
from .tools import Events, Tool


class ToolRecorder:
    """The tool's side of a recorder."""

    def __init__(self) -> None:
        self._events = Events()
        self._tool: Tool | None = None
        self._tells_returns = self._tells_raises = self._counts_frames = False
        counted, left, raised = self._counted_events(), self._events.left, self._events.raised
        # By whether returns and raises are needed. Made once: a number that is kept would move what the program makes next.
        self._choices = ((counted, counted | raised), (counted | left, counted | left | raised))

    @property
    def running(self) -> bool:
        """As in the interface."""
        return self._tool is not None

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

    def _take_tool(self, callbacks: Mapping[int, Callable[..., Any]]) -> Tool:
        if self._tool is not None:
            raise RuntimeError("a recorder runs already")
        self._tells_returns = self._tells_raises = self._counts_frames = False
        self._tool = Tool(callbacks)
        # What an earlier recording disabled would stay so, in code that has not run since.
        sys.monitoring.restart_events()
        return self._tool

    def _give_tool_back(self) -> None:
        intruders.listen(None)
        if self._tool is not None:
            tool, self._tool = self._tool, None
            tool.close()

    def _choose_events(self) -> None:
        """Turns those events on that are needed, in all code; those of code that is not mine are disabled one by one."""
        if self._tool is None:
            return
        # The depth of frames is only known, and only asked for, while samples are taken.
        self._tool.set_events(self._choices[self._tells_returns or self._counts_frames][self._tells_raises])

    def _counted_events(self) -> int:
        return self._events.start | self._events.resume | self._events.throw | self._events.jump


def frames_here() -> Iterator[FrameType]:
    """The frames of this thread, innermost first."""
    return frames_from(sys._getframe(1))


def frames_from(frame: FrameType | None) -> Iterator[FrameType]:
    """This frame and those that it was called from."""
    while frame is not None:
        yield frame
        frame = frame.f_back
