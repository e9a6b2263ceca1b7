"""Python objects that stand for something of another timeline: each use of them says so, instead of "bad descriptor".

An object's class is exchanged for one that derives from it, so all references to it see the change, `isinstance`
included. Objects are found through the collector, which only a process that has lost something has to ask.
"""

import io
import socket
import sys
from typing import Any, Callable

from hindsight_worker.world.objects import all_objects, every

_SOCKET_METHODS = (
    "accept connect connect_ex listen makefile recv recv_into recvfrom recvfrom_into recvmsg recvmsg_into send sendall"
    " sendfile sendmsg sendto shutdown read write do_handshake unwrap"
)
_CONNECTION_METHODS = "send send_bytes recv recv_bytes recv_bytes_into poll accept"
_CHILD_METHODS = "wait poll communicate send_signal terminate kill"
_PROCESS_METHODS = "join is_alive terminate kill start"


_held = False


def hold(on: bool) -> None:
    """While held, nothing is stranded: in copies that play back what was recorded, whatever is lost answers from there."""
    global _held
    _held = on


def is_held() -> bool:
    """See `hold`."""
    return _held


def strand_connections(names: dict[int, str]) -> None:
    """Makes every socket, multiprocessing connection and buffered pipe on these descriptors raise in words.

    Args:
        names: What is at the other end, by descriptor.
    """
    if _held:
        return
    connection = _loaded("multiprocessing.connection", "_ConnectionBase")
    for candidate in all_objects():
        kind = type(candidate)
        if issubclass(kind, socket.socket):
            methods = _SOCKET_METHODS
        elif connection is not None and issubclass(kind, connection):
            methods = _CONNECTION_METHODS
        elif issubclass(kind, (io.BufferedReader, io.BufferedWriter)):
            _strand_buffer(candidate, names)
            continue
        else:
            continue
        number = _number(candidate)
        if number in names:
            exchange(candidate, methods, ConnectionError, _connection_text(names[number]))


def strand_children(pids: dict[int, str]) -> None:
    """Makes `subprocess.Popen` and `multiprocessing.Process` objects of these children raise ChildProcessError."""
    if _held:
        return
    popen = _loaded("subprocess", "Popen")
    for candidate in every(popen) if popen is not None else ():
        if candidate.returncode is None and candidate.pid in pids:
            exchange(candidate, _CHILD_METHODS, ChildProcessError, _child_text(candidate.pid))


def strand_process(process: Any) -> None:
    """The same for one `multiprocessing.Process`."""
    exchange(process, _PROCESS_METHODS, ChildProcessError, _child_text(process._popen.pid), ("exitcode", "sentinel"))


def exchange(
    target: Any, methods: str, error: Callable[[str], Exception], text: str, properties: tuple[str, ...] = ()
) -> None:
    """Gives `target` a class of its own, whose methods raise `error`; where that cannot be, leaves it as it is."""
    if _held:
        return
    kind = type(target)

    def refuse(*_: Any, **__: Any) -> Any:
        raise error(text)

    body: dict[str, Any] = {"__slots__": (), "__module__": kind.__module__, "__qualname__": kind.__qualname__}
    body.update({name: refuse for name in methods.split() if hasattr(kind, name)})
    body.update({name: property(refuse) for name in properties})
    try:
        target.__class__ = type(kind.__name__, (kind,), body)
    except TypeError:
        return


class _LostPipe(io.RawIOBase):
    """Takes the place of a file object below a buffer. What had been read already can still be read."""

    def __init__(self, old: Any, text: str, unread: bytes) -> None:
        # Kept, so that the descriptor stays taken, as the program believes.
        self._old = old
        self._text = text
        self._unread = unread

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._old.fileno())

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), len(self._unread))
        if size == 0:
            raise ConnectionError(self._text)
        buffer[:size] = self._unread[:size]
        self._unread = self._unread[size:]
        return size

    def write(self, _data: Any) -> int:
        raise ConnectionError(self._text)

    def close(self) -> None:
        self._old.close()
        super().close()


def _strand_buffer(buffer: Any, names: dict[int, str]) -> None:
    number = _number(buffer)
    raw = getattr(buffer, "raw", None)
    if number not in names or not isinstance(raw, io.FileIO):
        return
    text = _connection_text(names[number])
    if isinstance(buffer, io.BufferedReader):
        buffer.__init__(_LostPipe(raw, text, _buffered(buffer)))  # type: ignore[misc]
    else:
        buffer.__init__(_LostPipe(raw, text, b""))  # type: ignore[misc]


def _buffered(reader: io.BufferedReader) -> bytes:
    """What is in its buffer; the descriptor is a placeholder already, so that no more can come."""
    try:
        return reader.peek(0)
    except (OSError, ValueError):
        return b""


def _number(candidate: Any) -> int:
    try:
        return int(candidate.fileno())
    except (OSError, ValueError, AttributeError):
        return -1


def _loaded(module: str, name: str) -> Any:
    return getattr(sys.modules.get(module), name, None)


def _connection_text(name: str) -> str:
    return f"this connection belongs to another timeline ({name}); open it again in this one"


def _child_text(pid: int) -> str:
    return f"process {pid} is a child of another timeline; how it ends is not known in this one"
