"""Hazard 3: a team of OpenMP threads that once ran is waited for, for ever, in a copy that has none. So it is ended.

Each loaded OpenMP library is asked to give its threads back before the fork; it starts them again by itself.
"""

import ctypes
import re
from typing import Any, Callable

from hindsight_worker.world.moment import Moment, Part

_LIBRARY = re.compile(r"(/\S*/lib(?:gomp|iomp5|omp)\b[^/\s]*\.so[^\s]*)")
_SOFT = 1  # omp_pause_soft
_pauses: dict[str, Callable[[int], int] | None] = {}


def before(moment: Moment) -> None:
    """Ends the threads, where there are any."""
    if len(moment.threads) == 1 or "omp" not in moment.maps:
        return
    for path in set(_LIBRARY.findall(moment.maps)):
        if path not in _pauses:
            _pauses[path] = _pause_of(path)
        pause = _pauses[path]
        if pause is None:
            moment.warn("thread", "Threads of OpenMP cannot be ended; parallel code may hang after going back.", path)
        else:
            pause(_SOFT)
    moment.forget_threads()


def _pause_of(path: str) -> Callable[[int], int] | None:
    try:
        library: Any = ctypes.CDLL(path)
        found: Callable[[int], int] = library.omp_pause_resource_all
    except (OSError, AttributeError):
        return None
    return found


PART = Part("openmp", before)
