"""Hazards 4 and 12 together: a pool of processes has lost its processes and the thread that feeds them.

It would take work for ever and do none. So it says that it cannot; joblib's, which is made on demand, is made anew.
"""

import sys
from typing import Any

from hindsight_worker.world import stranded
from hindsight_worker.world.moment import Moment, Part, Warning
from hindsight_worker.world.objects import every

_POOL_METHODS = "apply apply_async map map_async imap imap_unordered starmap starmap_async"
_LOKY = ("joblib.externals.loky.reusable_executor", "loky.reusable_executor")
_MODULES = ("multiprocessing.pool", "concurrent.futures.process", *_LOKY)
_LOST = "the processes of this pool belong to another timeline; make a new one"


def before(moment: Moment) -> bool | None:
    """True when there may be one."""
    return (bool(moment.children) and any(name in sys.modules for name in _MODULES)) or None


def thawed(_plan: bool) -> list[Warning] | None:
    """In a new worker."""
    if stranded.is_held():
        return None
    for name in _LOKY:
        if name in sys.modules:
            sys.modules[name]._executor = None  # type: ignore[attr-defined]
            sys.modules[name]._executor_kwargs = None  # type: ignore[attr-defined]
    pools = sys.modules.get("multiprocessing.pool")
    for pool in every(pools.Pool) if pools is not None else ():
        if type(pool).__name__ != "ThreadPool":
            stranded.exchange(pool, _POOL_METHODS, ChildProcessError, _LOST)
    executors = sys.modules.get("concurrent.futures.process")
    for executor in every(executors.ProcessPoolExecutor) if executors is not None else ():
        _break(executor)
    return None


def _break(executor: Any) -> None:
    """As it breaks when a process of it dies."""
    executor._broken = _LOST
    for item in list((executor._pending_work_items or {}).values()):
        if not item.future.done():
            item.future.set_exception(ChildProcessError(_LOST))


PART = Part("pools", before, None, thawed)
