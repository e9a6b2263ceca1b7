"""The shadow: a process thawed from a frozen one that answers looks at its state; short-lived.

What it answers is the looking part's.
"""

import gc
import signal
import socket
import sys
from typing import Any, Callable

from hindsight_worker import forking, look
from hindsight_worker.link import Link

_IGNORED = ("SIGINT", "SIGURG")
_ORDINARY = ("SIGALRM", "SIGTERM", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGHUP")


def serve(descriptor: int, namespace: dict[str, Any], silence: Callable[[], None]) -> None:
    """The whole life of a shadow; returns when its link closes.

    Args:
        descriptor: Of its link, on which hello was said.
        namespace: The session's global variables.
        silence: Lets go of the worker's streams and link.
    """
    for name in (*_IGNORED, *_ORDINARY):
        signal.signal(getattr(signal, name), signal.SIG_IGN if name in _IGNORED else signal.SIG_DFL)
    # Finalizers and collections of user code have no business in here.
    gc.disable()
    sys.settrace(None)
    silence()
    link = Link(socket.socket(fileno=descriptor))
    link.move(forking.raise_descriptor)
    look.serve(link, namespace)
