"""Output without fork and FIFOs: the streams send frames, a helper thread sends what C code and children wrote.

What Python prints goes straight onto the link, so its order with all other frames is exact; what arrives
through the pipes on fd 1 and 2 is waited for at the end of an evaluation, by a mark that is sent through them.
"""

import _thread
import io
import os
import select
import time
from typing import Callable

from hindsight_worker.interrupts import interrupts
from hindsight_worker.link import Link
from hindsight_worker.streams import Channel, Order, unread_bytes

_FLUSH_SECONDS = 0.02
_FRAME_BYTES = 1 << 20


class DirectOrder(Order):
    """As `Order`, for a process without FIFOs."""

    def __init__(self, link: Link) -> None:
        super().__init__(lambda on: None)
        self._link = link
        self._pipes: list[_Pipe] = []

    def open(self, flush_c: Callable[[], None]) -> tuple[io.TextIOWrapper, io.TextIOWrapper]:
        streams = super().open(flush_c)
        for channel, name in zip(self.channels, ("stdout", "stderr")):
            self._pipes.append(_Pipe(channel.fileno(), name, self._send))
        return streams

    def write(self, channel: Channel, view: memoryview) -> None:
        for other in self.channels:
            if other is not channel and other.gathering:
                other.text.flush()
        for pipe in self._pipes:
            if pipe.busy:
                pipe.drain()
        stream = "stdout" if channel.fileno() == 1 else "stderr"
        # In parts, so that a reader that pauses stops a single huge write, too, and no frame is too large.
        for start in range(0, len(view), _FRAME_BYTES):
            self._send(stream, bytes(view[start : start + _FRAME_BYTES]))

    def settle(self) -> None:
        self._flush_c()
        self.flush()
        for pipe in self._pipes:
            pipe.drain()

    def _announce(self, on: bool) -> bool:
        if on and not self.bursting:
            # Nobody nudges us here: a thread does, for as long as the burst lasts.
            self.bursting = True
            _thread.start_new_thread(self._flush_regularly, ())
        self.bursting = on
        return True

    def _flush_regularly(self) -> None:
        while self.bursting:
            time.sleep(_FLUSH_SECONDS)
            self.nudge()

    def _send(self, stream: str, data: bytes) -> None:
        try:
            self._link.send({"type": "output", "stream": stream, "data": data})
        except OSError:
            os._exit(0)


class _Pipe:
    """A pipe in place of fd 1 or 2, and the thread that reads it."""

    def __init__(self, descriptor: int, stream: str, send: Callable[[str, bytes], None]) -> None:
        self._stream = stream
        self._send = send
        self._read, write = os.pipe()
        os.dup2(write, descriptor, inheritable=True)
        # Ours alone: the program may put something else on the descriptor.
        self._write = write
        self._mark = b"\0" + os.urandom(16).hex().encode() + b"\0"
        self._forwarding = False
        self._draining = _thread.allocate_lock()
        self._seen = _thread.allocate_lock()
        self._seen.acquire()
        _thread.start_new_thread(self._forward, ())

    @property
    def busy(self) -> bool:
        """True when something in it has not been sent yet (where the system can say so)."""
        return self._forwarding or unread_bytes(self._read) > 0

    def drain(self) -> None:
        """All that was in the pipe before has been sent when this returns.

        One at a time and not to be interrupted: each mark that is sent must be waited for, or the next wait
        would take its place.
        """
        with interrupts, self._draining:
            os.write(self._write, self._mark)
            self._seen.acquire()

    def _forward(self) -> None:
        kept = b""
        while True:
            self._forwarding = bool(kept)
            _wait_for_more(self._read)
            self._forwarding = True
            kept += os.read(self._read, 1 << 16)
            while (at := kept.find(self._mark)) >= 0:
                self._forward_text(kept[:at])
                kept = kept[at + len(self._mark) :]
                self._seen.release()
            # The beginning of a mark may be at the end; it is never more than a mark less one byte.
            start = kept.rfind(b"\0", max(0, len(kept) - len(self._mark) + 1))
            cut = start if start >= 0 and self._mark.startswith(kept[start:]) else len(kept)
            self._forward_text(kept[:cut])
            kept = kept[cut:]

    def _forward_text(self, data: bytes) -> None:
        if data:
            self._send(self._stream, data)


def _wait_for_more(descriptor: int) -> None:
    """Returns with the bytes still in the pipe, so that there is no moment in which nobody sees them."""
    if hasattr(select, "poll"):
        poller = select.poll()
        poller.register(descriptor, select.POLLIN)
        poller.poll()
