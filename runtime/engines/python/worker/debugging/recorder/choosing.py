"""Which kind of recorder works in this interpreter: the C one if it fits, else what pure Python can do."""

from __future__ import annotations

import os
import sys
from typing import Callable

from . import Recorder


def choose() -> Recorder:
    """The first kind that works; only the forced one where `HINDSIGHT_RECORDER` names one.

    Raises:
        RuntimeError: The kind that was forced does not work here.
    """
    forced = os.environ.get("HINDSIGHT_RECORDER")
    reasons: list[str] = []
    for kind, make in _MAKERS.items():
        if forced not in (None, "", kind):
            continue
        try:
            return make()
        except (ImportError, OSError, RuntimeError) as error:
            reasons.append(f"{kind}: {error}")
    raise RuntimeError(f"No recorder works in Python {sys.version.split()[0]} ({'; '.join(reasons) or f'{forced} is no kind'})")


def _native() -> Recorder:
    from .native import NativeRecorder

    return NativeRecorder()


def _monitoring() -> Recorder:
    from .monitoring import MonitoringRecorder

    return MonitoringRecorder()


def _fast_tracing() -> Recorder:
    from .fast_tracing import FastTracingRecorder

    return FastTracingRecorder()


def _tracing() -> Recorder:
    from .tracing import TracingRecorder

    return TracingRecorder()


# By what forces it. `tracing-c` counts what `tracing` counts, and names itself so.
_MAKERS: dict[str, Callable[[], Recorder]] = {
    "native": _native,
    "monitoring": _monitoring,
    "tracing-c": _fast_tracing,
    "tracing": _tracing,
}
