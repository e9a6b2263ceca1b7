"""Tells when the program itself sets a trace function, takes a tool of `sys.monitoring` or calls `breakpoint()`.

Heard as audit events, which C code raises, too. A hook of those stays for ever, so there is one, with one listener at a time. What
a recorder itself does of this kind is done within `unheard`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ... import audits

_EVENTS = {
    "sys.settrace": "sys.settrace",
    "sys.monitoring.register_callback": "sys.monitoring",
    "builtins.breakpoint": "breakpoint",
}

_listener: Callable[[str], None] | None = None
_told: str | None = None
_deaf = 0
_expected: object = None
_hooked = False


def listen(listener: Callable[[str], None] | None) -> None:
    """Calls `listener` with the name of what is about to be called; None ends it."""
    global _listener, _hooked
    _listener = listener
    if not _hooked:
        _hooked = True
        for event in _EVENTS:
            audits.on(event, _heard(_EVENTS[event]))
    _guard_tools(listener is not None)


@contextmanager
def unheard() -> Iterator[None]:
    """While this lasts, nothing is told."""
    global _deaf
    _deaf += 1
    try:
        yield
    finally:
        _deaf -= 1


def told() -> str | None:
    """What the listener is being told at the moment."""
    return _told


def expect(function: object) -> None:
    """While this is what `threading` sets in new threads, their setting it is our own doing; None: nothing of it is."""
    global _expected
    _expected = function


def tell(name: str) -> None:
    """Tells the listener, if there is one and it is not our own doing."""
    global _told
    if _listener is not None and not _deaf:
        _told = name
        try:
            with unheard():
                _listener(name)
        finally:
            _told = None


def _heard(name: str) -> Callable[[str, tuple[Any, ...]], None]:
    def heard(_event: str, _arguments: tuple[Any, ...]) -> None:
        if not (_expected is not None and name == "sys.settrace" and _is_expected()):
            tell(name)

    return heard


def _is_expected() -> bool:
    return threading.gettrace() == _expected and threading.current_thread() is not threading.main_thread()


_use_tool_id: Callable[[int, str], None] | None = None


def _guard_tools(on: bool) -> None:
    """Taking a tool raises no audit event, and fails where it is ours: it is told before, so that ours can be given back."""
    global _use_tool_id
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring is None or on == (_use_tool_id is not None):
        return
    if on:
        original = _use_tool_id = monitoring.use_tool_id

        def use_tool_id(tool_id: int, name: str, /) -> None:
            tell("sys.monitoring")
            original(tool_id, name)

        monitoring.use_tool_id = use_tool_id
    else:
        monitoring.use_tool_id, _use_tool_id = _use_tool_id, None
