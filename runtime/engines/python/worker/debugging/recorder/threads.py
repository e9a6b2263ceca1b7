"""Tells when the program is about to start a thread. Heard as audit events; one listener at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ... import audits

_EVENTS = ("_thread.start_new_thread", "_thread.start_joinable_thread")

_listener: Callable[[], None] | None = None
_hooked = False


def are_many() -> bool:
    """Whether there is another thread than this one."""
    return threading.active_count() > 1


def listen(listener: Callable[[], None] | None) -> None:
    """Calls `listener` before each start of a thread; None ends it."""
    global _listener, _hooked
    _listener = listener
    if not _hooked:
        _hooked = True
        for event in _EVENTS:
            audits.on(event, _heard)


def _heard(_event: str, _arguments: tuple[Any, ...]) -> None:
    if _listener is not None:
        _listener()
