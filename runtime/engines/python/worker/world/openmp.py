"""Hazard 3: a team of OpenMP threads that once ran is waited for, for ever, in a copy that has none. So it is ended.

Each loaded OpenMP library is asked to give its threads back before the fork; it starts them again by itself. One that
is too old to be asked (libgomp before GCC 9, as scikit-learn brings it) gets no team at all after going back: what
asks it how many threads there should be, as scikit-learn does, then computes on one core.
"""

import ctypes
import os
import sys
from typing import Any, NamedTuple

from hindsight_worker.world.moment import Moment, Part, Warning

_NAMES = ("libgomp", "libiomp5", "libomp")
_SOFT = 1  # omp_pause_soft


class _Library(NamedTuple):
    path: str
    pause: Any
    set_threads: Any


_loaded: dict[str, _Library] = {}
_looked_at = (0, 0)


def before(moment: Moment) -> list[_Library] | None:
    """Ends the threads, where there are any."""
    global _looked_at
    if len(moment.threads) == 1:
        return None
    # Reading the maps costs, so they are read when libraries may have come.
    now = (len(moment.threads), len(sys.modules))
    if now != _looked_at:
        _find(moment.maps)
        _looked_at = now
    old = []
    for library in _loaded.values():
        if library.pause is not None:
            library.pause(_SOFT)
            moment.forget_threads()
        else:
            old.append(library)
            name = os.path.basename(library.path)
            moment.warn("thread", f"After going back, parallel code of {name} computes on one core.", library.path)
    return old or None


def thawed(plan: list[_Library]) -> list[Warning] | None:
    """In a new worker."""
    for library in plan:
        if library.set_threads is not None:
            library.set_threads(1)
    return None


def _find(maps: str) -> None:
    for line in maps.splitlines():
        if "omp" not in line or "/" not in line:
            continue
        path = line[line.index("/") :]
        if os.path.basename(path).startswith(_NAMES) and path not in _loaded:
            library = _open(path)
            if library is not None:
                _loaded[path] = library


def _open(path: str) -> _Library | None:
    try:
        library: Any = ctypes.CDLL(path)
    except OSError:
        return None
    return _Library(
        path, getattr(library, "omp_pause_resource_all", None), getattr(library, "omp_set_num_threads", None)
    )


PART = Part("openmp", before, None, thawed)
