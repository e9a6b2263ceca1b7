"""Sockets: what is received, accepted and looked up, and what sending and connecting said. In a replay none is touched.

Methods are exchanged in the Python class `socket.socket`, which `ssl`, `asyncio` and the rest build on.
"""

import _socket
import os
import socket
from typing import Any, Callable

from hindsight_worker.debugging.replaying import descriptors
from hindsight_worker.debugging.replaying.log import tag_of
from hindsight_worker.debugging.replaying.outlets import recorded, replace
from hindsight_worker.debugging.replaying.player import OFF, REPLAY, player
from hindsight_worker.debugging.replaying.references import Attributes, References
from hindsight_worker.world.moment import ours

_ECHOED_READS, _ECHOED_WRITES = ("recv",), ("send", "sendall")
_PLAIN = (
    "recv recvfrom recvmsg send sendall sendto sendmsg connect connect_ex bind listen shutdown"
    " getpeername getsockname getsockopt setsockopt"
)
_FUNCTIONS = "getaddrinfo gethostbyname gethostbyname_ex gethostbyaddr getnameinfo getfqdn"
_native: Any = _socket.socket
_close, _dup2, _fstat = os.close, os.dup2, os.fstat


def exchange(references: References) -> None:
    """Functions of `socket`."""
    replace(references, "socket", _FUNCTIONS, recorded)
    replace(references, "socket", "socketpair", _pair)


def exchange_attributes(attributes: Attributes) -> None:
    """Methods."""
    for name in _PLAIN.split():
        if hasattr(_native, name):
            attributes.set(socket.socket, name, _method(getattr(_native, name), name))
    for name in ("recv_into", "recvfrom_into"):
        attributes.set(socket.socket, name, _filling(getattr(_native, name), name))
    attributes.set(socket.socket, "_accept", _accept)


def _is_aside(self: Any) -> bool:
    if player.replays and self.fileno() >= 0:
        descriptors.refuse(self.fileno())
    return player.mode == OFF or self.fileno() in ours.numbers


def _method(original: Any, name: str) -> Callable[..., Any]:
    tag = tag_of(f"socket.{name}")
    echoed = name in _ECHOED_READS + _ECHOED_WRITES
    reads = name in _ECHOED_READS

    def call(self: Any, *arguments: Any) -> Any:
        if _is_aside(self):
            return original(self, *arguments)
        replays = player.active == REPLAY
        value = player.through(tag, lambda: original(self, *arguments))
        if replays and echoed and value != b"":
            rest = (len(value),) if reads else arguments
            descriptors.echo(self.fileno(), lambda: original(self, *rest), reads)
        return value

    call.__name__ = call.__qualname__ = name
    call.__doc__ = original.__doc__
    return call


def _filling(original: Any, name: str) -> Callable[..., Any]:
    tag = tag_of(f"socket.{name}")
    with_address = name == "recvfrom_into"

    def call(self: Any, buffer: Any, nbytes: int = 0, flags: int = 0) -> Any:
        if _is_aside(self):
            return original(self, buffer, nbytes, flags)
        if not with_address:
            return descriptors.into(tag, self.fileno(), buffer, lambda: original(self, buffer, nbytes, flags))
        address: list[Any] = []

        def receive() -> Any:
            count, peer = original(self, buffer, nbytes, flags)
            address.append(peer)
            return count

        count = descriptors.into(tag, self.fileno(), buffer, receive)
        return count, player.through(tag, lambda: address[0])

    call.__name__ = call.__qualname__ = name
    call.__doc__ = original.__doc__
    return call


_ACCEPT = tag_of("socket.accept")


def _accept(self: Any) -> tuple[int, Any]:
    """The descriptor of a new connection, and who is at the other end."""
    if _is_aside(self):
        accepted: tuple[int, Any] = _native._accept(self)
        return accepted
    replays = player.active == REPLAY
    number, address = player.through(_ACCEPT, lambda: _native._accept(self))
    return (_place(number, self) if replays else number), address


def _place(number: int, like: Any) -> int:
    """A socket that is connected to nothing, on this descriptor; on another where it is taken."""
    made: int = _native(like.family, like.type, like.proto).detach()
    if made == number or _is_open(number):
        return made
    _dup2(made, number, inheritable=False)
    _close(made)
    return number


def _is_open(number: int) -> bool:
    try:
        _fstat(number)
    except OSError:
        return False
    return True


def _pair(original: Any, tag: int) -> Callable[..., Any]:
    def call(_home: Any, *arguments: Any, **named: Any) -> Any:
        made = original(*arguments, **named)
        if player.mode == REPLAY:
            descriptors.pairs.update(one.fileno() for one in made)
        return made

    return call
