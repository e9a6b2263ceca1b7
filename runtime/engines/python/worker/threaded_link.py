"""A link that a thread reads, for processes without SIGINT: so an `interrupt` is seen while user code runs.

To its owner it is a `Link`: it can be polled, waited for and read.
"""

import _thread
import socket
from collections import deque

from hindsight_worker.forking import end_group
from hindsight_worker.interrupts import interrupts
from hindsight_worker.link import Frame, Link


class ThreadedLink(Link):
    """Reads `link` in a thread from now on; nobody else may."""

    def __init__(self, link: Link) -> None:
        self.__dict__.update(link.__dict__)
        self._inner = link
        self._frames = deque()
        self._arrived: deque[Frame | None] = deque()
        # A byte for each thing that arrived: what can be polled is a socket, on Windows too.
        self._bell, self._ringer = socket.socketpair()
        _thread.start_new_thread(self._read, ())

    def fileno(self) -> int:
        return self._bell.fileno()

    def wait(self, seconds: float | None) -> bool:
        link = Link.__new__(Link)
        link.__dict__.update(self.__dict__, _socket=self._bell)
        return link.wait(seconds)

    def _fill(self) -> None:
        with interrupts:
            self._bell.recv(1)
            if not self._arrived:
                return  # An interrupt woke us.
            frame = self._arrived.popleft()
            if frame is None:
                raise EOFError("the link to the runtime is closed")
            self._frames.append(frame)

    def _read(self) -> None:
        while True:
            frame: Frame | None
            try:
                frame = self._inner.receive()
            except (EOFError, OSError):
                frame = None
            if frame is not None and frame.get("type") == "interrupt":
                interrupts.send()
            else:
                self._arrived.append(frame)
            self._ringer.send(b".")
            if frame is None:
                # User code may run for ever.
                end_group()
