"""Limits of user code that runs while a state is written: time without progress, and depth."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_AGAIN_SECONDS = 0.1
#: Also what moves has an end: an endless stream of new objects.
_MOST_WAITS = 60
_STACK_BYTES = 100 << 20
_DEPTH = 30_000
_Result = TypeVar("_Result")


class TookTooLong(BaseException):
    """The time is over. Not an `Exception`, so that user code that catches those does not catch it."""


def limited(seconds: float, progress: Callable[[], int], function: Callable[[], _Result]) -> _Result:
    """`function()`, in which `TookTooLong` is raised once nothing has moved for `seconds`.

    Args:
        seconds: How long `progress` may stay the same.
        progress: A number that grows while something gets done.
        function: What to call. In another thread than the main one, and where there is no SIGALRM, it has no limit.

    Raises:
        TookTooLong: Again and again, until it is left.
        BaseException: What `function` raises.
    """
    before = -1
    began = time.monotonic()

    def look(*_: Any) -> None:
        nonlocal before
        now = progress()
        if now != before and time.monotonic() - began < seconds * _MOST_WAITS:
            before = now
            signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
            return
        raise TookTooLong

    if not hasattr(signal, "setitimer"):
        return function()
    try:
        users_handler = signal.signal(signal.SIGALRM, look)
    except ValueError:
        return function()
    before = progress()
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        try:
            return function()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if users_handler is None else users_handler)
        if left > 0:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 0.000001), interval)


def go_deep() -> None:
    """Allows deep recursion for the rest of this process, which must be a throw-away."""
    if resource is None or sys.platform != "linux":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = _STACK_BYTES if hard == resource.RLIM_INFINITY else min(_STACK_BYTES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
        soft = wanted
    if soft == resource.RLIM_INFINITY or soft >= _STACK_BYTES:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEPTH))
