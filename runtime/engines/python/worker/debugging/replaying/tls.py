"""Encrypted connections: OpenSSL reads, writes and draws its keys by itself, so what it answers is recorded above it.

Both ways of Python are treated: over a socket, and over buffers in memory, as asyncio does. In a replay there are no keys: what is
asked of a connection (its certificate, its version) is what was answered then.
"""

import sys
from types import ModuleType
from typing import Any, Callable

from hindsight_worker import importing
from hindsight_worker.debugging.replaying import descriptors
from hindsight_worker.debugging.replaying.log import tag_of
from hindsight_worker.debugging.replaying.player import OFF, REPLAY, player
from hindsight_worker.debugging.replaying.references import Attributes, References

_PLAIN = (
    "write send do_handshake pending version cipher shared_ciphers compression getpeercert selected_alpn_protocol"
    " get_channel_binding"
)
_NO_DESCRIPTOR = -1
_now_in: list[Attributes] = []


def exchange(references: References) -> None:
    """None; listens for the library."""
    importing.after_import("ssl", _imported)


def exchange_attributes(attributes: Attributes) -> None:
    """Methods, where the library is there; else when it is."""
    _now_in[:] = [attributes]
    if "ssl" in sys.modules:
        _imported(sys.modules["ssl"])


def _imported(module: ModuleType) -> None:
    if not _now_in:
        return
    for kind in (module.SSLSocket, module.SSLObject):
        for name in _PLAIN.split():
            if name in vars(kind):
                _now_in[0].set(kind, name, _method(vars(kind)[name], f"{kind.__name__}.{name}"))
        _now_in[0].set(kind, "read", _read(vars(kind)["read"], f"{kind.__name__}.read"))
        _now_in[0].set(kind, "unwrap", _unwrap(vars(kind)["unwrap"], f"{kind.__name__}.unwrap"))
    memory = vars(module.MemoryBIO)
    pending = memory["pending"]
    _now_in[0].set(module.MemoryBIO, "read", _method(memory["read"], "MemoryBIO.read"))
    _now_in[0].set(module.MemoryBIO, "pending", property(_method(pending.__get__, "MemoryBIO.pending")))


def _method(original: Any, name: str) -> Callable[..., Any]:
    tag = tag_of(name)

    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if player.replays:
            _refuse(self)
        if player.mode == OFF:
            return original(self, *arguments, **named)
        return player.through(tag, lambda: original(self, *arguments, **named))

    return _called(call, original)


def _read(original: Any, name: str) -> Callable[..., Any]:
    tag = tag_of(name)

    def read(self: Any, len: int = 1024, buffer: Any = None) -> Any:
        if player.replays:
            _refuse(self)
        if player.mode == OFF:
            return original(self, len, buffer)
        if buffer is None:
            return player.through(tag, lambda: original(self, len))
        return descriptors.into(tag, _NO_DESCRIPTOR, buffer, lambda: original(self, len, buffer))

    return _called(read, original)


def _unwrap(original: Any, name: str) -> Callable[..., Any]:
    """Returns the connection itself, which cannot be recorded."""
    tag = tag_of(name)

    def unwrap(self: Any) -> Any:
        returned: list[Any] = []
        replays = player.active == REPLAY
        player.through(tag, lambda: returned.append(original(self)))
        if replays:
            self._sslobj = None
        return returned[0] if returned else self

    return _called(unwrap, original)


def _refuse(connection: Any) -> None:
    number = connection.fileno() if hasattr(connection, "fileno") else -1
    if number >= 0:
        descriptors.refuse(number)


def _called(function: Callable[..., Any], original: Any) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = original.__name__
    function.__doc__ = original.__doc__
    return function
