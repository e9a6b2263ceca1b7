"""Processes that user code starts: what they print keeps its place, and a forked one never speaks for the session."""

import contextlib
import os
import signal
import sys
from typing import Any, Callable, Iterator

from hindsight_worker import audits
from hindsight_worker.identity import identity

_copying = False
_STARTS = (
    "subprocess.Popen",
    "os.system",
    "os.posix_spawn",
    "os.spawn",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
)

# True while Python's hooks of a fork run in a copy that goes on as a session.
is_session = False


def install(settle: Callable[[], None], leave: Callable[[], None]) -> None:
    """Watches for new processes.

    Args:
        settle: Runs before one starts: what was printed before it must be read before what it prints.
        leave: Runs in a child of `os.fork`: lets go of the link and of the order of output.
    """

    for event in _STARTS:
        audits.on(event, lambda *_: settle())
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: is_session or _become_ordinary(leave))


def end_if_forked(error: BaseException | None) -> None:
    """Ends a child that user code forked and that has come back from the evaluation, as a script would end.

    In the session's own process it does nothing.

    Args:
        error: What the evaluation raised in the child.
    """
    if identity.is_ours:
        return
    code: Any = 0
    if isinstance(error, SystemExit):
        code = error.code
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
    elif error is not None:
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    os._exit((code or 0) & 0xFF)


@contextlib.contextmanager
def copying() -> Iterator[None]:
    """Around a fork of ours with Python's hooks: the new process is the session's as much as this one."""
    global _copying
    _copying = True
    try:
        yield
    finally:
        _copying = False


def is_copy() -> bool:
    """For a hook of `os.fork` in the new process: whether that is a copy of the session, and no child of user code."""
    return _copying or is_session


def _become_ordinary(leave: Callable[[], None]) -> None:
    if _copying:
        return
    leave()
    # The process group gets SIGINT, as it does on a terminal; nudges are for the session alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGURG, signal.SIG_DFL)
