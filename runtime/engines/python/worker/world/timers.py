"""Hazard 15: a fork has no timers. Those of `signal.setitimer` and `signal.alarm` go on with what was left.

The time that a state was frozen does not count.
"""

import os
import signal

from hindsight_worker.world.moment import Moment, Part, Warning

_KINDS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF) if hasattr(signal, "setitimer") else ()

_Plan = list[tuple[int, float, float]]


def before(moment: Moment) -> _Plan | None:
    """Notes what is left of each; names timers of C code, which cannot be set again from here."""
    if _has_native_timers():
        moment.warn("timer", "A timer of a library is not part of the state; it does not fire after going back.")
    return [(kind, *left) for kind in _KINDS if (left := signal.getitimer(kind))[0] > 0] or None


def thawed(plan: _Plan) -> list[Warning] | None:
    """In a new worker."""
    for kind, left, interval in plan:
        signal.setitimer(kind, left, interval)
    return None


def _has_native_timers() -> bool:
    try:
        descriptor = os.open("/proc/self/timers", os.O_RDONLY)
    except OSError:
        return False
    try:
        return bool(os.read(descriptor, 1))
    finally:
        os.close(descriptor)


PART = Part("timers", before, None, thawed)
