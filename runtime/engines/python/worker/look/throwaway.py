"""Runs what may be a user's code in a throw-away fork, with a deadline, and brings a small answer back.

What it changes dies with it; what it prints is lost; when it hangs it is killed. Only a process that holds
nobody's session may be forked so: a shadow.
"""

from __future__ import annotations

import builtins
import io
import json
import math
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from hindsight_worker.deadline import within
from hindsight_worker.forking import die_with_parent, fork

try:
    import resource
except ImportError:  # Windows, where there is no fork either.
    resource = None  # type: ignore[assignment]

DEADLINE_SECONDS = 0.2
_MOST_BYTES: Final = 256_000
#: Descriptors that a fork must not speak on: the shadow's own link.
_links: list[Any] = []
_allowed = False
_here = False


def closes_in_child(link: Any) -> None:
    """Allow throw-away forks of this process, in which `link` is closed first.

    Args:
        link: The shadow's link; one without `fileno` is left alone.
    """
    global _allowed
    if link not in _links:
        _links.append(link)
    _allowed = hasattr(os, "fork")


def allowed() -> bool:
    """Tell whether this process may be forked so: it is a shadow, and nobody's session."""
    return _allowed


@contextmanager
def in_this_process() -> Iterator[None]:
    """While this lasts, what is asked is answered in this very process: it has several threads, which a fork would lack."""
    global _here
    _here = True
    try:
        yield
    finally:
        _here = False


def is_here() -> bool:
    """Tell whether what is asked is answered in this very process."""
    return _here


def ask(question: Callable[[], Any], seconds: float | None = None) -> Any:
    """Ask in a throw-away fork.

    Args:
        question: Runs in the fork; gives something that JSON can say.
        seconds: How long it may take; then it is killed. None: the module's own deadline.

    Returns:
        What it gave; None where it failed, took too long, said too much, or this process may not be forked.
    """
    if seconds is None:
        seconds = DEADLINE_SECONDS
    if _here:
        return answer_here(question, seconds)
    if not _allowed:
        return None
    try:
        asked = Fork(lambda writer: write_all(writer, json.dumps(question()).encode()), seconds)
    except OSError:
        return None
    try:
        return _result(_read(asked.reader, time.monotonic() + seconds))
    finally:
        asked.end()


def answer_here(question: Callable[[], Any], seconds: float) -> Any:
    """Ask in this very process; None where that failed or took too long."""
    try:
        return within(seconds, question)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - the user's code raised anything
        return None


class Fork:
    """A throw-away copy of this process that writes bytes to us until it ends.

    `reader` is the descriptor to read them from; at its end of file the copy has ended, or said all.
    """

    def __init__(self, body: Callable[[int], None], seconds: float | None, *, free: bool = False) -> None:
        """Fork, and run `body` in the copy.

        Args:
            body: Is given the descriptor to write to.
            seconds: After twice as long the system ends the copy, should nobody else do. None: never.
            free: False: it uses the processor no longer than that, either. True: it may write files, and use the processor as long as it likes.

        Raises:
            OSError: No process could be made.
        """
        self.reader, writer = os.pipe()
        try:
            self._pid = fork()
        except OSError:
            os.close(self.reader)
            os.close(writer)
            raise
        if self._pid == 0:
            _run_and_exit(body, writer, seconds, free)
        os.close(writer)
        self._ended = False

    def read(self) -> bytes:
        """Give what there is, waiting for it; empty at the end."""
        return os.read(self.reader, 1 << 20)

    def end(self) -> None:
        """Kill the copy and what it started, and reap it. Twice is harmless."""
        if self._ended:
            return
        self._ended = True
        os.close(self.reader)
        for kill in (os.killpg, os.kill):
            try:
                kill(self._pid, signal.SIGKILL)
            except OSError:  # Gone already, or its group not made yet: the other call meets it.
                pass
        try:
            os.waitpid(self._pid, 0)
        except OSError:  # The user's code ignores SIGCHLD: the kernel has reaped it.
            pass


def write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _read(reader: int, deadline: float) -> bytes:
    poller = select.poll()
    poller.register(reader, select.POLLIN)
    received = b""
    while len(received) <= _MOST_BYTES:
        left = deadline - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            return b""
        chunk = os.read(reader, 65_536)
        if not chunk:
            return received
        received += chunk
    return b""


def _result(received: bytes) -> Any:
    try:
        return json.loads(received)
    except ValueError:
        return None


def _run_and_exit(body: Callable[[int], None], writer: int, seconds: float | None, free: bool) -> None:
    try:
        # The shadow's own idea of its pid may be that of the process that it is a copy of.
        die_with_parent(os.getppid())
        _isolate(seconds)
        if not free:
            _limit_resources(1 if seconds is None else math.ceil(seconds))
        body(writer)
    except BaseException:  # noqa: BLE001 - a user's code raised anything; nothing may run on in this copy
        os._exit(1)
    finally:
        os._exit(0)


def _isolate(seconds: float | None) -> None:
    os.setpgid(0, 0)
    # The kernel ends the fork even where the parent is killed meanwhile and no Python code runs any more.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0 if seconds is None else seconds * 2)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for link in _links:
        # One that this process has let go of has none.
        if hasattr(link, "fileno") and link.fileno() >= 0:
            os.close(link.fileno())
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), io.StringIO(), io.StringIO()
    builtins.input = _no_input


def _limit_resources(seconds: int) -> None:
    if resource is None:
        return
    for name, limit in (("RLIMIT_CPU", seconds), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0)):
        if hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), (limit, limit))


def _no_input(prompt: object = "") -> str:
    raise EOFError("no input while a value is only looked at")
