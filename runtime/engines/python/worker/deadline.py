"""A limit of time for user code that runs on its own, as `__repr__` does. Uses SIGALRM, no thread.

Where there is no SIGALRM (Windows, other threads than the main one) there is no limit.
"""

import signal
import time
from typing import Any, Callable, TypeVar

from hindsight_worker.interrupts import interrupts

_AGAIN_SECONDS = 0.1
_Result = TypeVar("_Result")


class DeadlinePassed(BaseException):
    """The time is over. Not an `Exception`, so that user code that catches those does not catch it."""


def within(seconds: float, function: Callable[[], _Result]) -> _Result:
    """`function()`, in which `DeadlinePassed` is raised after `seconds`, again and again until it is left.

    The user's own timer and handler are put back, with the time that is left of the timer.

    Raises:
        DeadlinePassed: The time is over.
        BaseException: What `function` raises.
    """
    limit = _Limit()
    try:
        try:
            limit.begin(seconds)
            return function()
        finally:
            limit.end()
    except BaseException:
        # A signal may have come at the very entry of the first `end`; the next is a tenth of a second away.
        limit.end()
        raise


class _Limit:
    """The timer while it is ours, and what it was before."""

    def __init__(self) -> None:
        self._active = False
        self._handler: Any = None
        self._timer = (0.0, 0.0)
        self._began = 0.0

    def begin(self, seconds: float) -> None:
        if not hasattr(signal, "setitimer"):
            return
        with interrupts:
            try:
                self._handler = signal.signal(signal.SIGALRM, _raise)
            except ValueError:
                return  # Not the main thread.
            self._began = time.monotonic()
            self._active = True
            self._timer = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)

    def end(self) -> None:
        """Twice is harmless."""
        with interrupts:
            if not self._active:
                return
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._active = False
            signal.signal(signal.SIGALRM, signal.SIG_DFL if self._handler is None else self._handler)
            left, interval = self._timer
            if left > 0:
                left = max(left - (time.monotonic() - self._began), 0.000001)
                signal.setitimer(signal.ITIMER_REAL, left, interval)


def _raise(*_: object) -> None:
    raise DeadlinePassed
