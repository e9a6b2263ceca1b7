"""Hazards 11 and 16: asyncio's idea of the time and of the running loop.

What was due in an hour is due in an hour of the session's own time: the deadlines of a loop are moved by the time
that the state was frozen. `time.monotonic` itself tells the truth.
"""

import sys
import time
from typing import Any, Iterator, NamedTuple

from hindsight_worker.world.moment import Moment, Part, Warning
from hindsight_worker.world.objects import every


class _Plan(NamedTuple):
    now: float
    running: Any
    loops: list[Any]
    search: bool


def before(moment: Moment) -> _Plan | None:
    """Notes the time, where a loop waits for something."""
    events = sys.modules.get("asyncio.events")
    if events is None:
        return None
    running = events._get_running_loop()  # type: ignore[attr-defined]
    current = running or _current(events)
    loops = [current] if _deadlines(current) else []
    sets = sum("[eventpoll]" in one.target for one in moment.descriptors)
    search = sets > (current is not None and not current.is_closed())
    if running is None and not loops and not search:
        return None
    return _Plan(time.monotonic(), running, loops, search)


def thawed(plan: _Plan) -> list[Warning] | None:
    """In a new worker."""
    if plan.running is not None:
        # Until 3.11 a running loop is one of this pid only.
        sys.modules["asyncio.events"]._set_running_loop(plan.running)  # type: ignore[attr-defined]
    frozen = time.monotonic() - plan.now
    for loop in _all_loops() if plan.search else iter(plan.loops):
        for handle in _deadlines(loop):
            handle._when += frozen
    return None


def _current(events: Any) -> Any:
    """The loop that was set for this thread; unlike `get_event_loop`, this makes none."""
    policy = getattr(events, "_event_loop_policy", None)
    return getattr(getattr(policy, "_local", None), "_loop", None)


def _deadlines(loop: Any) -> list[Any]:
    scheduled = getattr(loop, "_scheduled", None)
    return scheduled if isinstance(scheduled, list) else []


def _all_loops() -> Iterator[Any]:
    return every(sys.modules["asyncio.base_events"].BaseEventLoop)  # type: ignore[attr-defined]


PART = Part("loops", before, None, thawed)
