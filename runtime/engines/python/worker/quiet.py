"""Silences what would call user code from our own: tracing, profiling, and monitoring (3.12 and later).

For the moments around a fork: a frozen process runs nothing of the user's.
"""

import sys
from typing import Any, Callable

_TOOLS = range(6)

Undo = Callable[[], None]


def begin() -> Undo:
    """Silences all of them; what is returned brings them back."""
    trace, profile = sys.gettrace(), sys.getprofile()
    events = _monitored()
    if trace is not None:
        sys.settrace(None)
    if profile is not None:
        sys.setprofile(None)
    for tool in events:
        _monitoring().set_events(tool, 0)
    if trace is None and profile is None and not events:
        return _nothing

    def end() -> None:
        for tool, wanted in events.items():
            _monitoring().set_events(tool, wanted)
        if profile is not None:
            sys.setprofile(profile)
        if trace is not None:
            sys.settrace(trace)

    return end


def _monitored() -> dict[int, int]:
    monitoring = _monitoring()
    if monitoring is None:
        return {}
    used = (tool for tool in _TOOLS if monitoring.get_tool(tool) is not None)
    return {tool: events for tool in used if (events := monitoring.get_events(tool))}


def _monitoring() -> Any:
    return getattr(sys, "monitoring", None)


def _nothing() -> None:
    """There was nothing to silence."""
