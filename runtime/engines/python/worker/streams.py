"""sys.stdout and sys.stderr of a session: real text streams on fd 1 and 2, in one order with all else.

The rule of docs/architecture.md, "Output and its order": before writing to one channel, wait until the
others are empty. In a burst, text is gathered in the stream and the runtime nudges us to flush it.
Does not know the link's frames beyond `burst`, nor evaluations.
"""

import _thread
import io
import os
import select
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Callable

try:
    import fcntl
    import termios
except ImportError:
    fcntl = None  # type: ignore[assignment]

_CALM_WRITES = 40
# So many writes in so short a time are a burst: seconds, writes.
_BURST = (0.02, 400)
# What a burst gathers is passed on by the clock, in the program's memory: where it is recorded, only much is worth that.
_RECORDED_BURST = (0.2, 4000)
_GATHER_BYTES = 1 << 16
_CALM_BYTES = 2000
_FLOOD_SECONDS = 0.25


class Channel(io.BufferedIOBase):
    """The binary side of one stream: what `sys.stdout.buffer` is."""

    mode = "wb"

    def __init__(self, order: "Order", descriptor: int, name: str) -> None:
        self.name = name
        self.written = 0
        self.window_start = 0.0
        self.window_writes = 0
        self.gathering = False
        self._order = order
        self._descriptor = descriptor
        # Ours alone, so that a program that puts something else on fd 1 is not waited for.
        self.probe = os.dup(descriptor)
        self.text = io.TextIOWrapper(self, "utf-8", "backslashreplace", newline="\n", write_through=True)
        self.text.mode = "w"  # type: ignore[misc]

    def write(self, data: Any) -> int:
        """Writes all of `data` (bytes-like) to the descriptor."""
        view = memoryview(data).cast("B")
        order = self._order
        with order.aside(), order.lock:
            order.write(self, view)
            self.written += len(view)
            order.watch(self)
            if order.heard is not None:
                order.heard(view)
        return len(view)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        """Does nothing: a program that closes sys.stdout would otherwise silence its session for ever."""

    def unread(self) -> int:
        """Bytes that were written to the channel and that the runtime has not read yet."""
        return unread_bytes(self.probe)

    def gather(self, on: bool) -> None:
        """Lets the text stream collect what is written (in C, without us), or passes each write on."""
        self.gathering = on
        self.text._CHUNK_SIZE = _GATHER_BYTES if on else 8192  # type: ignore[attr-defined]
        self.text.reconfigure(write_through=not on)


class Order:
    """All output channels of the process and their order.

    `lock` is held while a channel is written; it is re-entrant, so that a signal handler may print.
    """

    def __init__(self, on_burst: Callable[[bool], None]) -> None:
        self.lock = _thread.RLock()
        self.channels: list[Channel] = []
        self.bursting = False
        #: Entered for what is our own in the middle of a program that is recorded; see `debugging/replaying`.
        self.aside: Callable[[], AbstractContextManager[object]] = nullcontext
        #: Told of each write, at once; for who walks through the past of a program.
        self.heard: Callable[[memoryview], None] | None = None
        self._on_burst = self._unmuted = on_burst
        self._flush_c: Callable[[], None] = lambda: None

    def open(self, flush_c: Callable[[], None]) -> tuple[io.TextIOWrapper, io.TextIOWrapper]:
        """Makes the two streams on fd 1 and 2. `flush_c` flushes what C code has buffered."""
        self._flush_c = flush_c
        self.channels = [Channel(self, 1, "<stdout>"), Channel(self, 2, "<stderr>")]
        return self.channels[0].text, self.channels[1].text

    def write(self, channel: Channel, view: memoryview) -> None:
        """Writes to the descriptor, after all that was written elsewhere was read. `lock` is held."""
        self.settle_others(channel)
        _write_all(channel.fileno(), view)
        if channel.fileno() == 2 and channel.window_writes < _CALM_WRITES and view[-1:] == b"\n":
            # C code that writes to stdout next asks nobody; so a line of stderr is waited for, while they are few.
            _wait_until_read(channel)

    def settle_others(self, channel: Channel | None) -> None:
        """Flushes every channel but `channel` and waits until the runtime has read it."""
        for other in self.channels:
            if other is not channel:
                if other.gathering:
                    other.text.flush()
                if other.unread():
                    _wait_until_read(other)

    def settle(self) -> None:
        """All that was written so far, by C code too, has been read by the runtime when this returns."""
        self._flush_c()
        with self.lock:
            self.settle_others(None)

    def flush(self) -> None:
        """Hands what is gathered to the system; as a fork needs it, or it would be written twice."""
        for channel in self.channels:
            channel.text.flush()

    def watch(self, channel: Channel) -> None:
        """Counts a write; many in a short time begin a burst."""
        if channel.gathering or self.heard is not None:
            return
        seconds, writes = _BURST if self.aside is nullcontext else _RECORDED_BURST
        now = time.monotonic()
        if now - channel.window_start > seconds:
            channel.window_start = now
            channel.window_writes = 0
        channel.window_writes += 1
        if channel.window_writes >= writes and self._announce(True):
            channel.window_writes = 0
            channel.gather(True)

    def nudge(self) -> None:
        """Flushes what a burst has gathered, and ends the burst when it was little. For a signal handler."""
        if self.lock._is_owned() or not self.lock.acquire(False):  # type: ignore[attr-defined]
            return  # A write is under way just now; the next nudge comes soon.
        try:
            before = sum(channel.written for channel in self.channels)
            self.flush()
            if sum(channel.written for channel in self.channels) - before < _CALM_BYTES:
                self.calm()
        except (OSError, ValueError):
            return  # The program has closed the stream; it learns of it when it writes itself, not in here.
        finally:
            self.lock.release()

    def calm(self) -> None:
        """Ends a burst: from now on each write is passed on at once."""
        if self.bursting and self._announce(False):
            for channel in self.channels:
                if channel.gathering:
                    channel.gather(False)

    def begin_anew(self) -> None:
        """In a process that goes on from a state: nobody has heard there of a burst."""
        if self.bursting:
            self.bursting = False
            for channel in self.channels:
                channel.gather(False)

    def detach(self) -> None:
        """For a forked child of user code: it writes to the same descriptors, unordered and at once."""
        self.lock = _thread.RLock()
        self._on_burst = lambda on: None
        for channel in self.channels:
            channel.gather(False)
        self.bursting = False
        self.channels = []

    def mute(self) -> None:
        """In a copy of the program that walks through its past: nobody hears of a burst, and what it writes goes nowhere."""
        self._unmuted, self._on_burst = self._on_burst, lambda on: None

    def unmute(self) -> None:
        """The copy goes on for real."""
        self._on_burst = self._unmuted

    def listen(self, heard: Callable[[memoryview], None] | None) -> None:
        """Tells `heard` of each write, which a burst would hold back; None ends that. In a copy that is muted."""
        self.begin_anew()
        self.heard = heard

    def _announce(self, on: bool) -> bool:
        if self.bursting != on:
            try:
                self._on_burst(on)
            except BlockingIOError:
                return False
            self.bursting = on
        return True


def unread_bytes(descriptor: int) -> int:
    """How many bytes are in the pipe; 0 where the system cannot say."""
    if fcntl is None:
        return 0
    try:
        answer = fcntl.ioctl(descriptor, termios.FIONREAD, b"\0\0\0\0")
    except OSError:
        return 0
    return int.from_bytes(answer, sys.byteorder)


def _write_all(descriptor: int, view: memoryview) -> None:
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            # A child process has made the pipe non-blocking, for us as well.
            select.select([], [descriptor], [])
        except BrokenPipeError:
            os._exit(0)


def _wait_until_read(channel: Channel) -> None:
    """Waits until the runtime has read what is in the channel now.

    A background process may write for ever, so that the channel is never seen empty: what was taken out
    since then is counted, as far as it is seen. A channel that stays at the same level is waited for
    without end: the runtime has paused us.
    """
    left = level = channel.unread()
    written = channel.written
    pause = 0.00002
    falling = False
    deadline: float | None = None
    while left > 0 and level > 0:
        time.sleep(pause)
        pause = min(pause * 1.5, 0.002)
        now = channel.unread()
        if now != level:
            # A fall was certainly read; a rise after it means that somebody else writes while the runtime reads.
            left -= max(level - now, 0)
            falling = falling or now < level
            if falling and now > level and channel.written == written:
                deadline = deadline or time.monotonic() + _FLOOD_SECONDS
        if deadline is not None and time.monotonic() > deadline:
            return
        level = now
