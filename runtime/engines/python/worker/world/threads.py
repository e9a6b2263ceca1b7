"""Hazard 4: threads exist only in the process that goes on. They are named, and their objects told that they ended.

Executors start new threads when they are asked again; what was running in an old one fails in words. A lock that
such a thread held stays held: nobody can know what it protects.
"""

import _imp
import ctypes
import sys
import time
from typing import Any

from hindsight_worker import children
from hindsight_worker.world.moment import Moment, Part, Warning
from hindsight_worker.world.objects import every

# Pools of these libraries end their threads when a process forks, and start them again by themselves.
_HEALING = ("openblas", "libmkl_", "libblis", "libtbb")
_ENDING_SECONDS = 0.002
_ENDING_STEPS = 10
_LOST = "it was running in a thread, and threads do not come back with a state"


def before(moment: Moment) -> bool | None:
    """Names threads of Python and of C code. True when there are any of Python's."""
    if len(moment.threads) == 1:
        return None
    known = _python_threads()
    alive = [thread for thread in known.values() if thread.native_id in moment.threads]
    for thread in alive:
        kind = "background" if thread.daemon else "running"
        message = f"The {kind} thread {thread.name} is not part of the state: what is restored does not have it."
        moment.warn("thread", message, thread.name)
    native = [number for number in moment.threads if number not in known and number != moment.threads[0]]
    _name_native(moment, native)
    return bool(alive) or None


def frozen(_plan: bool) -> list[Warning] | None:
    """Makes the interpreter forget the other threads, before it ever gives up its lock: one of them might be next in line.

    That is what Python does after a fork of its own, hooks included; `random` is not to notice.
    """
    random = sys.modules.get("random")
    state = None if random is None else random.getstate()
    children.is_session = True
    try:
        _acquire_import_lock()
        _after_fork()
    finally:
        children.is_session = False
    if random is not None:
        random.setstate(state)
    return None


def thawed(_plan: bool) -> list[Warning] | None:
    """What is in Python objects."""
    threading = sys.modules["threading"]
    if "multiprocessing.util" in sys.modules:
        sys.modules["multiprocessing.util"]._run_after_forkers()
    for condition in every(threading.Condition):
        # Whoever is woken first would be a thread that is no more. This covers `queue.Queue`, events, semaphores.
        condition._waiters.clear()
    _renew_executors(threading)
    return None


def _python_threads() -> dict[int, Any]:
    """Those but the main one, by the system's id."""
    threading = sys.modules.get("threading")
    if threading is None:
        return {}
    others = (one for one in threading.enumerate() if one is not threading.main_thread())
    return {one.native_id or 0: one for one in others}


def _name_native(moment: Moment, native: list[int]) -> None:
    if not native:
        return
    ours = _thread_name(moment.threads[0])
    healing = _has_healing(moment)
    if not healing:
        _let_end([number for number in native if number not in _lasting])
        _lasting.update(native)
    names = [name for name in map(_thread_name, native) if name and not (healing and name == ours)]
    for name in dict.fromkeys(names):
        count = names.count(name)
        threads = "A thread" if count == 1 else f"{count} threads"
        message = f"{threads} of a library ({name}) cannot be captured; what they do may hang after going back."
        moment.warn("thread", message, name)


def _has_healing(moment: Moment) -> bool:
    """Once loaded, a library stays; so the maps, which cost, are read only until one is found."""
    if not _found_healing and any(library in moment.maps for library in _HEALING):
        _found_healing.append(True)
    return bool(_found_healing)


def _let_end(native: list[int]) -> None:
    """Waits a moment: a thread that Python has joined is still there for the system."""
    for _ in range(_ENDING_STEPS):
        if not any(_thread_name(number) for number in native):
            return
        time.sleep(_ENDING_SECONDS / _ENDING_STEPS)


def _thread_name(number: int) -> str:
    """Empty when it has ended."""
    try:
        with open(f"/proc/self/task/{number}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def _renew_executors(threading: Any) -> None:
    pools = sys.modules.get("concurrent.futures.thread")
    if pools is None:
        return
    base = sys.modules["concurrent.futures._base"]
    for pool in every(pools.ThreadPoolExecutor):
        pool._threads.clear()
        pool._idle_semaphore = threading.Semaphore(0)
        pool._work_queue = _without_waiters(pool._work_queue)
    for future in every(base.Future):
        if future._state == base.RUNNING:
            future._condition = threading.Condition()
            future.set_exception(RuntimeError(_LOST))


def _without_waiters(queue: Any) -> Any:
    """The same items in another queue: from 3.13 on, the next one would be handed to a thread that is no more."""
    fresh = type(queue)()
    while not queue.empty():
        fresh.put(queue.get_nowait())
    # Its address must not be used again: there the interpreter still knows the one who waits.
    _abandoned.append(queue)
    return fresh


_abandoned: list[Any] = []
_found_healing: list[bool] = []
# Threads that were seen in an earlier state already: they do not end just now.
_lasting: set[int] = set()

_acquire_import_lock = _imp.acquire_lock
_after_fork: Any = ctypes.PyDLL(None).PyOS_AfterFork_Child
_after_fork.restype = None

PART = Part("threads", before, frozen, thawed)
