"""Forking as the engine needs it: without Python's at-fork hooks, and with nothing left behind.

Raw libc fork, because `os.fork` runs hooks (reseeding `random`, user's own) that user code could notice.
It is right only while this process has a single Python thread; `fork` falls back where there are more.
"""

import _thread
import os
import signal
import sys
from typing import Any, Callable

try:
    import ctypes

    _libc: Any = ctypes.PyDLL(None) if hasattr(os, "fork") else None
    if _libc is not None:
        _libc.fork  # noqa: B018 - raises AttributeError where libc has none
except (ImportError, OSError, AttributeError):
    _libc = None

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
# Descriptors of a child's own link start here, out of reach of stale numbers in objects that it inherited.
_HIGH_DESCRIPTOR = 200


def fork() -> int:
    """As `os.fork`, but unnoticed by user code while it has started no thread."""
    if _libc is not None and _thread._count() == 0:  # type: ignore[attr-defined]
        pid: int = _libc.fork()
        if pid < 0:
            raise BlockingIOError("fork failed: too many processes, or not enough memory")
        return pid
    import warnings

    with warnings.catch_warnings():
        # 3.12 warns of threads that will be missing in the child; the child runs none of their code.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def die_with_parent(parent: int) -> None:
    """Asks Linux to kill this process when its parent ends; the closing link is the first line."""
    if sys.platform != "linux" or _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def adopt_orphans() -> None:
    """Makes this process the parent of its orphaned descendants (Linux), so that they can be reaped."""
    if sys.platform == "linux" and _libc is not None:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def run_and_exit(child: Callable[[], None]) -> None:
    """Runs `child` and ends the process, without atexit handlers, finalizers or flushing."""
    code = 1
    try:
        child()
        code = 0
    finally:
        # Also on an exception: unwinding into the code that was running in the parent must not happen.
        os._exit(code)


def end_group() -> None:
    """Ends this process and what it started: the runtime is gone, and nobody else might do it."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def raise_descriptor(descriptor: int) -> int:
    """Moves `descriptor` to a high number; see `_HIGH_DESCRIPTOR`."""
    import fcntl

    high: int = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH_DESCRIPTOR)
    os.close(descriptor)
    return high
