"""A framed connection to the runtime: 4 bytes big-endian length, then a MessagePack map.

Knows frames, not what they mean. Sending is safe from any thread; receiving is for the main thread, and for one that stands
beside it under the debugger: whichever of the two reads, reads for both.
An interrupt never tears a frame: reading and writing are shielded, only waiting is not.
"""

import _thread
import os
import select
import socket
import threading
from collections import deque
from typing import Any, Callable

from hindsight_worker import vendor
from hindsight_worker.interrupts import interrupts

Frame = dict[str, Any]

_PEEK_BYTES = 1 << 16
# How long one that stands beside the main thread waits before it looks whether it was let go.
_TURN_SECONDS = 0.1
#: What is for one that stands there.
_BESIDE = "debug"
_WHOLE = int(getattr(socket, "MSG_WAITALL", 0))


class LetGo(Exception):
    """Nobody is to stand beside the main thread any more."""


class Link:
    """One connection. `receive` raises EOFError at its end, `send` OSError."""

    def __init__(self, sock: socket.socket) -> None:
        msgpack = vendor.msgpack()
        # Lone surrogates cannot be encoded as UTF-8; they arrive as `\\udc80`, as they would in stderr.
        self._packer = msgpack.Packer(unicode_errors="backslashreplace")
        self._unpack = msgpack.unpackb
        self._socket = sock
        self._frames: deque[Frame] = deque()
        self._lock = _thread.RLock()
        self._beside: deque[Frame] | None = None
        self._is_let_go = False
        self._turns = threading.Condition()
        #: True while a thread waits in `receive`: it handles what comes.
        self.reading = False

    def fileno(self) -> int:
        """The descriptor to poll; but ask `pending` first: frames may have been read already."""
        return self._socket.fileno()

    @property
    def pending(self) -> bool:
        """True when `receive` would not wait."""
        return bool(self._frames)

    @property
    def sending(self) -> bool:
        """True when this very thread is inside `send`: a signal handler must then not send."""
        return self._lock._is_owned()  # type: ignore[attr-defined]

    def send(self, frame: Frame) -> None:
        """Sends a frame, waiting while the runtime does not take it.

        Raises:
            OSError: The link is closed.
            TypeError, OverflowError, ValueError: A value of `frame` has no MessagePack form; nothing was sent.
        """
        with interrupts, self._lock:
            self._socket.sendall(self.encode(frame))

    def receive(self, *, beside: bool = False) -> Frame:
        """The next frame; waits for it. `beside` is for the thread between `begin_beside` and `end_beside`.

        Raises:
            EOFError: The runtime has closed the link.
            LetGo: Beside the main thread, after `let_go`.
        """
        mine = self._frames if not beside or self._beside is None else self._beside
        while not mine:
            if beside and self._is_let_go:
                raise LetGo
            self._read_in_turn(beside)
        return mine.popleft()

    def begin_beside(self) -> None:
        """A thread stands beside the main one: what is for it is kept for its `receive`."""
        self._beside = deque()
        self._share()

    def end_beside(self) -> None:
        """It goes on. What it has not taken is the main thread's."""
        left, self._beside = self._beside, None
        self._is_let_go = False
        self.unreceive(list(left or ()))

    def let_go(self) -> None:
        """Ends the waiting of the thread that stands beside the main one, or is about to, soon. For a signal handler, too."""
        self._is_let_go = True

    def _read_in_turn(self, beside: bool) -> None:
        """Waits until a frame may have come: reads one, where nobody else does."""
        reads = False
        try:
            with interrupts, self._turns:
                if not self.reading:
                    reads = self.reading = True
            if not reads:
                with self._turns:
                    self._turns.wait(_TURN_SECONDS)
            elif self._readable(_TURN_SECONDS) if beside else self.wait(None):
                self._fill()
                self._share()
        finally:
            if reads:
                with interrupts, self._turns:
                    self.reading = False
                    self._turns.notify_all()

    def _share(self) -> None:
        beside = self._beside
        if beside is not None:
            mine, theirs = list(self._frames), self._frames
            theirs.clear()
            for frame in mine:
                (beside if frame.get("type") == _BESIDE else theirs).append(frame)

    def unreceive(self, frames: list[Frame]) -> None:
        """Puts frames back in front of all others, in their order."""
        self._frames.extendleft(reversed(frames))

    def wait(self, seconds: float | None) -> bool:
        """Waits until something can be received; false when `seconds` have passed without."""
        return bool(self._frames) or self._readable(seconds)

    def _readable(self, seconds: float | None) -> bool:
        if not hasattr(select, "poll"):
            return bool(select.select([self._socket], [], [], seconds)[0])
        poller = select.poll()
        poller.register(self._socket, select.POLLIN)
        return bool(poller.poll(None if seconds is None else seconds * 1000))

    def move(self, descriptor: Callable[[int], int]) -> None:
        """Gives the socket the descriptor that the function makes of its present one."""
        family = self._socket.family
        self._socket = socket.socket(family, socket.SOCK_STREAM, fileno=descriptor(self._socket.detach()))

    def leave(self) -> None:
        """In a forked process: closes this side of the connection there; the session's stays open."""
        try:
            os.close(self._socket.detach())
        except OSError:
            pass  # It was closed with all other descriptors.
        self._lock = _thread.RLock()
        self._turns = threading.Condition()
        self.reading = False
        self._frames.clear()

    def encode(self, frame: Frame) -> bytes:
        """The bytes that `send` would send."""
        body = self._packer.pack(frame)
        return len(body).to_bytes(4, "big") + body

    def peek(self) -> Frame | None:
        """The frame that `receive` would give, an empty one at the end; None where it has not come as a whole."""
        if self._frames:
            return self._frames[0]
        try:
            data = self._socket.recv(_PEEK_BYTES, socket.MSG_PEEK)
        except ConnectionError:
            data = b""
        if not data:
            return {}
        size = int.from_bytes(data[:4], "big")
        if len(data) < 4 + size or not size:
            return None
        frame: Frame = self._unpack(data[4 : 4 + size], strict_map_key=False, unicode_errors="replace")
        return frame

    def drop_received(self) -> None:
        """Forgets what was received and not handled: in a process that goes on without it."""
        if self._frames:
            self._frames.clear()

    def close(self) -> None:
        """Closes the connection. Twice is harmless."""
        self._socket.close()

    def _fill(self) -> None:
        """Reads one frame, and nothing of the next: it is not for whoever is forked in between."""
        with interrupts:
            body = self._read_whole(int.from_bytes(self._read_whole(4), "big"))
            if body:
                self._frames.append(self._unpack(body, strict_map_key=False, unicode_errors="replace"))

    def _read_whole(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            try:
                chunk = self._socket.recv(size - len(data), _WHOLE)
            except ConnectionError:
                chunk = b""
            if not chunk:
                raise EOFError("the link to the runtime is closed")
            data = data + chunk if data else chunk
        return data


def connect(address: dict[str, Any]) -> Link:
    """Connects to the listening socket of the engine: `{path}`, or `{host, port}`.

    Raises:
        OSError: Nothing listens there.
    """
    if "path" in address:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.connect(address["path"])
    else:
        sock = socket.create_connection((address["host"], address["port"]))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Link(sock)
