"""Gives up a long question when another one waits, or when it takes for ever.

jedi reads whole libraries before it answers; `locate`, for which a person waits, must not stand behind that. What
was read until then stays in jedi's cache, so the same question takes less time when it is asked again.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

#: A question has this long before others count, and is asked this often whether they do.
_GRACE_SECONDS: Final = 0.3
_INTERVAL_SECONDS: Final = 0.05
_LONGEST_SECONDS: Final = 10.0


class GivenUp(BaseException):
    """The question was given up. Not an Exception, so that jedi does not take it for one of its own."""


def patiently(question: Callable[[], Any], is_awaited: Callable[[], bool]) -> Any:
    """Answer a question unless others come to wait for too long.

    Args:
        question: Gives the answer.
        is_awaited: Tells whether another question waits.

    Returns:
        The answer; None when it was given up. Where there are no timers (Windows) it never is.
    """
    if not hasattr(signal, "setitimer"):
        return question()
    began = time.monotonic()

    def tick(_signal: int, _frame: FrameType | None) -> None:
        if is_awaited() or time.monotonic() - began > _LONGEST_SECONDS:
            raise GivenUp

    before = signal.signal(signal.SIGALRM, tick)
    try:
        signal.setitimer(signal.ITIMER_REAL, _GRACE_SECONDS, _INTERVAL_SECONDS)
        try:
            return question()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except GivenUp:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
