"""The world beside the heap: what a fork shares or loses, put right in the copies, or named in words.

A state that can be returned to is a forked process. Its memory is its own; descriptors, threads, timers, locks and
children are not. Each part here is one such hazard (docs/hazards.md), with up to three moments:

- `before` the fork, in the worker: says what cannot be captured, and notes what `frozen` and `thawed` will need;
- `frozen`, in the frozen process, while the worker waits: what would otherwise be changed by the worker;
- `thawed`, in a new worker made of the frozen process: what it needs of its own.

A part whose `before` has noted nothing does nothing in the copies either, so that they use memory exactly as the
worker does. Parts run in reverse order before, and in order after. Knows no frames, no links, no frozen processes.
"""

import time
from typing import Any, Iterable

from hindsight_worker.world.moment import Moment, Part, Warning, ours

try:
    from hindsight_worker.world import connections, locks, pairs, parts, pools, processes, shared, threads

    _OF_CHILDREN = (processes.PART, pools.PART)
except (ImportError, AttributeError, OSError, TypeError):
    # No fork, or no ctypes: no states are taken as processes.
    pass

_noted: list[tuple[Part, Any]] = []
_problems: list[Warning] = []
_count = 0


def begin(descriptors: Iterable[int] = ()) -> None:
    """Says which descriptors are the worker's own, once it has opened them: they are left alone.

    Args:
        descriptors: Further ones, besides all that are open now.
    """
    ours.begin(descriptors)
    shared.watch()


def before() -> list[Warning]:
    """Notes what the copies will need; in the worker, right before the fork. Flushes what is buffered.

    Returns:
        What of this state does not come back as it was, as `{kind, message, name?}`.
    """
    global _count
    _count += 1
    _noted.clear()
    moment = Moment()
    for part in reversed(parts.PARTS):
        try:
            plan = part.before(moment)
        except Exception as error:
            moment.warn("other", f"Not all could be looked at ({part.name}): {error}")
            continue
        if plan is not None:
            _noted.append((part, plan))
    _noted.reverse()
    if any(part is threads.PART for part, _ in _noted):
        # A copy that was asked to give up the interpreter's lock would wait for ever for the one who has asked. After
        # this nobody has, for the 5 ms of the switch interval.
        time.sleep(0)
    return moment.warnings


def frozen() -> None:
    """Makes the copy independent of the worker; in the frozen process, while the worker waits for it."""
    for part, plan in _noted:
        if part.frozen is not None:
            _run(part, part.frozen, plan)


def thawed() -> None:
    """Gives a new worker what it needs of its own. What could not be had is in `problems`."""
    for part, plan in _noted:
        if part.thawed is not None:
            _run(part, part.thawed, plan)


def noted() -> list[tuple[Part, Any]]:
    """What each part has noted for the copies, before the last fork; in a copy, before the one that it is of."""
    return _noted


def count() -> int:
    """How often a fork was prepared."""
    return _count


def strand() -> None:
    """In a copy for which `stranded` was held back, and that now becomes a worker: what was lost says so from here on."""
    ours.lost.clear()
    moment = Moment()
    pairs.PART.before(moment)
    plan = connections.PART.before(moment)
    for part, told in ((connections.PART, plan), *((part, told) for part, told in _noted if part in _OF_CHILDREN)):
        if told is not None and part.thawed is not None:
            _run(part, part.thawed, told)


def problems() -> list[Warning]:
    """What a restored session should know: what could not be put right in it, each once. As the warnings of `before`.

    To be asked when its first evaluation begins: by then the session that it replaces has ended.
    """
    found = [*_problems, *locks.still_missing()]
    _problems.clear()
    return found


def _run(part: Part, step: Any, plan: Any) -> None:
    try:
        found = step(plan)
    except Exception as error:
        found = [{"kind": "other", "message": f"Not all could be brought back ({part.name}): {error}"}]
    if found:
        _problems.extend(found)
