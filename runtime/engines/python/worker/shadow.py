"""The shadow: a fork of the worker that answers looks while the worker runs on.

Decides when one is due; what it answers is the looking part's.
"""

import gc
import os
import signal
import socket
import sys
import time
from typing import Any, Callable

from hindsight_worker import forking, look, roles
from hindsight_worker.link import Link

IDLE_SECONDS = 0.005
_STALE_SECONDS = 0.05


class Shadows:
    """Makes shadows of this worker; at any time the newest one counts, the runtime closes older ones."""

    def __init__(self, start: "roles.Start", namespace: dict[str, Any], silence: Callable[[], None]) -> None:
        """`silence` lets go of the worker's streams and link; it runs in the shadow only."""
        self._start = start
        self._namespace = namespace
        self._silence = silence
        self._generation = -1
        self._made = time.monotonic()

    def begin(self) -> None:
        """The session begins now: a worker that waited long in the pool has no old shadow, but none at all."""
        self._made = time.monotonic()

    def due(self, generation: int) -> bool:
        """True when there is no shadow of `generation` yet."""
        return self._generation != generation

    def overdue(self, generation: int) -> bool:
        """True when evaluations followed one another so fast that the last shadow has become old."""
        return self.due(generation) and time.monotonic() - self._made > _STALE_SECONDS

    def make(self, generation: int) -> None:
        """Forks a shadow. Where that fails the last one stays: looks are then older, nothing else."""
        self._generation = generation
        self._made = time.monotonic()
        try:
            forking.fork_detached(lambda: self._be(generation))
        except OSError:
            return

    def _be(self, generation: int) -> None:
        for name in ("SIGINT", "SIGURG", "SIGALRM", "SIGTERM", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGHUP"):
            signal.signal(getattr(signal, name), signal.SIG_IGN if name in ("SIGINT", "SIGURG") else signal.SIG_DFL)
        # Finalizers and collections of user code have no business in here.
        gc.disable()
        sys.settrace(None)
        self._silence()
        _be_first_to_go()
        link = roles.open_link(
            self._start._replace(id=f"{self._start.id}.{generation}.{os.getpid()}", role="shadow"),
            worker=self._start.id,
            generation=generation,
        )
        link.move(forking.raise_descriptor)
        look.serve(link, self._namespace)


def _be_first_to_go() -> None:
    """When memory runs out, the system is to take a shadow rather than the session."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("900")
    except OSError:
        return


def serve(descriptor: int, namespace: dict[str, Any], silence: Callable[[], None]) -> None:
    """The life of a process that was thawed to answer looks; returns when its link closes.

    Args:
        descriptor: Of its link, on which hello was said.
        namespace: The session's global variables.
        silence: Lets go of the worker's streams and link.
    """
    for name in ("SIGINT", "SIGURG", "SIGALRM", "SIGTERM", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN if name in ("SIGINT", "SIGURG") else signal.SIG_DFL)
    # Finalizers and collections of user code have no business in here.
    gc.disable()
    sys.settrace(None)
    silence()
    link = Link(socket.socket(fileno=descriptor))
    link.move(forking.raise_descriptor)
    look.serve(link, namespace)
