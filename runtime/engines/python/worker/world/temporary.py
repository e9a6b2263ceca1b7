"""Hazard 8: a temporary folder that is cleaned up in one timeline is gone in all. It is named.

A timeline that was gone back to does not remove at its end what it has not made: the other may be using it.
"""

import sys
from typing import Any

from hindsight_worker.world.moment import Moment, Part, Warning


def before(moment: Moment) -> list[Any] | None:
    """Finds folders of `tempfile.TemporaryDirectory` that are removed at the end of the session, or before."""
    tempfile = sys.modules.get("tempfile")
    if tempfile is None:
        return None
    cleanup = tempfile.TemporaryDirectory._cleanup.__func__  # type: ignore[attr-defined]
    registry = sys.modules["weakref"].finalize._registry  # type: ignore[attr-defined]
    found = []
    for finalizer, info in list(registry.items()):
        if getattr(info.func, "__func__", None) is cleanup:
            name = str(info.args[0])
            moment.warn("file", f"If the temporary folder {name} is removed, going back does not bring it back.", name)
            found.append(finalizer)
    return found or None


def thawed(plan: list[Any]) -> list[Warning] | None:
    """In a new worker: `cleanup()` and `with` still remove the folder, the end of the process does not."""
    for finalizer in plan:
        finalizer.atexit = False
    return None


PART = Part("temporary folders", before, None, thawed)
