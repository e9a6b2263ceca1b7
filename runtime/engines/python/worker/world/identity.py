"""Hazard 14: a copy has another pid, and `os.getpid` says so. What compares it with one from before is corrected.

That is multiprocessing alone: it keeps the pid in processes that were not started yet, or have ended, and talks to
helpers of its own, which are started anew where they are needed. `random`, `tempfile` and `logging` do right by
themselves.
"""

import os
import sys
from typing import Any

from hindsight_worker.world.moment import Moment, Part, Warning

_FORKSERVER = ("_forkserver_address", "_forkserver_alive_fd", "_forkserver_pid", "_forkserver_authkey")

_TRACKERS = (
    "multiprocessing.resource_tracker",
    "joblib.externals.loky.backend.resource_tracker",
    "loky.backend.resource_tracker",
)


def before(moment: Moment) -> int | None:
    """Notes the pid, and the helpers that nobody need be told of: they can be replaced."""
    if "multiprocessing.process" not in sys.modules:
        return None
    for helper, descriptor, pid in _helpers():
        if getattr(helper, descriptor, None) is not None:
            moment.replaceable.update((getattr(helper, pid, None) or -1,))
            moment.replaceable_descriptors.add(getattr(helper, descriptor))
    return os.getpid()


def thawed(before: int) -> list[Warning] | None:
    """In a new worker."""
    process = sys.modules["multiprocessing.process"]
    for one in list(process._dangling):  # type: ignore[attr-defined]
        if one._parent_pid == before and (one._popen is None or one._popen.returncode is not None):
            one._parent_pid = os.getpid()
    for helper, descriptor, pid in _helpers():
        number = getattr(helper, descriptor, None)
        if number is None:
            continue
        os.close(number)
        for name in _FORKSERVER if descriptor in _FORKSERVER else (descriptor, pid):
            if hasattr(helper, name):
                setattr(helper, name, None)
    return None


def _helpers() -> list[tuple[Any, str, str]]:
    """Objects of multiprocessing that have a helper process: (object, attribute of its pipe, of its pid)."""
    found = []
    for name in _TRACKERS:
        tracker = sys.modules.get(name)
        if tracker is not None:
            found.append((tracker._resource_tracker, "_fd", "_pid"))  # type: ignore[attr-defined]
    server = sys.modules.get("multiprocessing.forkserver")
    if server is not None:
        found.append((server._forkserver, "_forkserver_alive_fd", "_forkserver_pid"))  # type: ignore[attr-defined]
    return found


PART = Part("identity", before, None, thawed)
