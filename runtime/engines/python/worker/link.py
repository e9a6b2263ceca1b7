"""A framed connection to the runtime: 4 bytes big-endian length, then a MessagePack map.

Knows frames, not what they mean. Sending is safe from any thread; receiving is for one thread at a time.
An interrupt never tears a frame: reading and writing are shielded, only waiting is not.
"""

import _thread
import os
import select
import socket
from collections import deque
from typing import Any, Callable

from hindsight_worker import vendor
from hindsight_worker.interrupts import interrupts

Frame = dict[str, Any]

_PEEK_BYTES = 1 << 16
_WHOLE = int(getattr(socket, "MSG_WAITALL", 0))


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

    def receive(self) -> Frame:
        """The next frame; waits for it.

        Raises:
            EOFError: The runtime has closed the link.
        """
        while not self._frames:
            self.wait(None)
            self._fill()
        return self._frames.popleft()

    def unreceive(self, frames: list[Frame]) -> None:
        """Puts frames back in front of all others, in their order."""
        self._frames.extendleft(reversed(frames))

    def wait(self, seconds: float | None) -> bool:
        """Waits until something can be received; false when `seconds` have passed without."""
        if self._frames:
            return True
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
