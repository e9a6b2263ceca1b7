"""System calls for the moments around a fork, where nothing may be allocated that stays.

Two processes that go on from one state are the same as long as they use memory alike. A call through ctypes
does so when its arguments were made before: small integers and `byref`s. Knows no process of ours.
"""

import ctypes
import os
import platform
import signal
import socket
import struct
import sys
from typing import Any

_CLONE_PARENT = 0x8000
_CLONE_CHILD_CLEARTID = 0x200000
_CLONE_CHILD_SETTID = 0x1000000
_PR_GET_TID_ADDRESS = 40
_CLONE_NUMBER = {"x86_64": 56, "aarch64": 220}
_SIGNAL_SET_BYTES = 128

#: An instance of its own, so that nobody else changes the functions' types. It holds the GIL while it calls.
libc: Any = ctypes.PyDLL(None)


def text(value: str | bytes) -> Any:
    """A prepared argument: a C string."""
    return ctypes.byref(ctypes.create_string_buffer(os.fsencode(value)))


class Signals:
    """Blocks all signals for a while; the mask from before is kept for every process that goes on."""

    def __init__(self) -> None:
        every = (ctypes.c_ubyte * _SIGNAL_SET_BYTES)(*[255] * _SIGNAL_SET_BYTES)
        none = (ctypes.c_ubyte * _SIGNAL_SET_BYTES)()
        self._every, self._none = ctypes.byref(every), ctypes.byref(none)
        self._mask = ctypes.byref((ctypes.c_ubyte * _SIGNAL_SET_BYTES)())
        self._set = libc.pthread_sigmask

    def block(self) -> None:
        """From here on no signal arrives, save SIGKILL."""
        self._set(signal.SIG_BLOCK, self._every, self._mask)

    def restore(self) -> None:
        """As it was before `block`."""
        self._set(signal.SIG_SETMASK, self._mask, None)

    def unblock_all(self) -> None:
        """For a process that has nothing to do with the session's own mask."""
        self._set(signal.SIG_SETMASK, self._none, None)


class Address:
    """Where the runtime listens; connecting there again and again needs no memory."""

    def __init__(self, address: dict[str, Any]) -> None:
        """`address` is `{path}` or `{host, port}`.

        Raises:
            OSError: The host is not known.
        """
        if "path" in address:
            self.family, packed = int(socket.AF_UNIX), _family(socket.AF_UNIX) + os.fsencode(address["path"]) + b"\0"
        else:
            found = socket.getaddrinfo(address["host"], address["port"], type=socket.SOCK_STREAM)[0]
            self.family, packed = int(found[0]), _internet(found[0], found[4])
        self._packed = ctypes.create_string_buffer(packed, len(packed))
        self._reference = ctypes.byref(self._packed)
        self._length = len(packed)
        self._one = ctypes.byref(ctypes.c_int(1))
        self._no_delay = self.family != socket.AF_UNIX

        self._socket, self._connect, self._close = libc.socket, libc.connect, libc.close
        self._set_option = libc.setsockopt

    def connect(self) -> int:
        """The descriptor of a new connection, closed on exec; -1 where nothing listens there."""
        descriptor: int = self._socket(self.family, _STREAM, 0)
        if descriptor < 0:
            return -1
        if self._connect(descriptor, self._reference, self._length) != 0:
            self._close(descriptor)
            return -1
        if self._no_delay:
            self._set_option(descriptor, socket.IPPROTO_TCP, socket.TCP_NODELAY, self._one, 4)
        return descriptor

    def rehearsed(self) -> "Address":
        """One whose `connect` does everything but connect."""
        dry = Address.__new__(Address)
        dry.__dict__.update(self.__dict__)
        dry._socket = dry._connect = dry._close = dry._set_option = libc.getpagesize
        return dry


class Cloner:
    """Forks without a trace in Python, as a sibling: the parent of the new process is the parent of this one."""

    def __init__(self) -> None:
        self._number = _CLONE_NUMBER.get(platform.machine(), 0) if sys.platform == "linux" else 0
        self._syscall = libc.syscall
        self._errno = ctypes.c_int.from_address(_errno_address())
        where = ctypes.c_void_p()
        # Where the C library keeps the id of this thread; a fork of its own would update it, too.
        if self._number and libc.prctl(_PR_GET_TID_ADDRESS, ctypes.byref(where)) == 0 and where.value:
            self._thread_id = ctypes.byref(ctypes.c_int.from_address(where.value))
        else:
            self._number = 0
        flags = _CLONE_PARENT | _CLONE_CHILD_SETTID | _CLONE_CHILD_CLEARTID | signal.SIGCHLD
        rest = (0, 0, 0, self._thread_id) if platform.machine() == "aarch64" else (0, 0, self._thread_id, 0)
        self._arguments = (self._number, flags, *rest) if self._number else ()

    @property
    def possible(self) -> bool:
        """True where this process has one thread, so that the C library has nothing to prepare."""
        try:
            return bool(self._number) and len(os.listdir("/proc/self/task")) == 1
        except OSError:
            return False

    def clone(self) -> int:
        """As `fork`: 0 in the new process; -1 where there is none, see `errno`."""
        pid: int = self._syscall(*self._arguments)
        return pid

    def rehearsed(self, live: bool) -> "Cloner":
        """One whose `clone` does everything but clone, and returns as in the old process or as in the new one."""
        dry = Cloner.__new__(Cloner)
        dry.__dict__.update(self.__dict__)
        dry._syscall = libc.getpagesize if live else libc.sched_yield
        return dry

    @property
    def errno(self) -> int:
        """Why the last call has failed."""
        return self._errno.value


def _family(family: int) -> bytes:
    """The beginning of a socket address."""
    return struct.pack("=BB", 16, family) if sys.platform == "darwin" else struct.pack("=H", family)


def _internet(family: int, address: tuple[Any, ...]) -> bytes:
    host = socket.inet_pton(family, address[0].partition("%")[0])
    port = struct.pack("!H", address[1])
    if family == socket.AF_INET:
        return _family(family) + port + host + bytes(8)
    return _family(family) + port + bytes(4) + host + struct.pack("=I", address[3])


def _errno_address() -> int:
    function = libc.__error if sys.platform == "darwin" else libc.__errno_location
    function.restype = ctypes.c_void_p
    address: int = function()
    return address


_STREAM = int(socket.SOCK_STREAM) | getattr(socket, "SOCK_CLOEXEC", 0)
