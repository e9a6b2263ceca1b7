"""Hazard 9: pipes and sockets whose other end is elsewhere. They stay with the timeline that went on.

In the copies a placeholder takes their descriptors, so that the peer sees the end of the connection when the worker
closes it, and a port is free. What Python object it was says so in words when it is used (`stranded.py`); what reads
the descriptor itself gets ENOTCONN.
"""

import os
import socket
from typing import Any, NamedTuple

from hindsight_worker.syscalls import libc
from hindsight_worker.world import stranded
from hindsight_worker.world.moment import Descriptor, Moment, Part, Warning, ours


class _Plan(NamedTuple):
    descriptors: list[tuple[int, int]]
    names: dict[int, str]


def before(moment: Moment) -> _Plan | None:
    """Names each connection by its peer."""
    found = [one for one in moment.descriptors if one.kind in ("pipe", "socket") and one.number not in moment.paired]
    if not found:
        return None
    names = {}
    for one in found:
        name, message = _describe(one)
        names[one.number] = name
        if one.number not in moment.replaceable_descriptors:
            moment.warn(one.kind, message, name)
    return _Plan([(one.number, one.close_on_exec) for one in found], names)


def let_go(plan: _Plan) -> list[Warning] | None:
    """In the frozen process: nothing of the connections is held by it."""
    placeholder = libc.socket(int(socket.AF_INET), int(socket.SOCK_STREAM) | int(socket.SOCK_CLOEXEC), 0)
    if placeholder < 0:
        placeholder = libc.socket(int(socket.AF_UNIX), int(socket.SOCK_STREAM) | int(socket.SOCK_CLOEXEC), 0)
    for number, close_on_exec in plan.descriptors:
        libc.dup3(placeholder, number, close_on_exec)
    libc.close(placeholder)
    return None


def thawed(plan: _Plan) -> list[Warning] | None:
    """Tells the Python objects what has become of them."""
    let_go(plan)
    for number, _ in plan.descriptors:
        ours.lost[number] = os.fstat(number).st_ino
    stranded.strand_connections(plan.names)
    return None


def _describe(one: Descriptor) -> tuple[str, str]:
    if one.kind == "pipe":
        name = f"pipe {one.number}" if one.target.startswith("pipe:") else one.name
        return name, f"A pipe to another process ({name}) is not part of the state; it stays where it was."
    try:
        duplicate = socket.socket(fileno=os.dup(one.number))
    except OSError:
        return f"socket {one.number}", f"A socket ({one.number}) is not part of the state."
    with duplicate:
        try:
            peer = _address(duplicate.getpeername())
            where = f" to {peer}" if peer else ""
            message = f"The connection{where} is not part of the state; it stays where it was."
            return peer or f"socket {one.number}", message
        except OSError:
            pass
        name = _own_name(duplicate) or f"socket {one.number}"
        if _listens(duplicate):
            return name, f"The socket that listens at {name} is not part of the state."
        return name, f"The socket {name} is not part of the state."


def _own_name(sock: socket.socket) -> str:
    try:
        return _address(sock.getsockname())
    except OSError:
        return ""


def _address(address: Any) -> str:
    if isinstance(address, tuple):
        return f"[{address[0]}]:{address[1]}" if ":" in str(address[0]) else f"{address[0]}:{address[1]}"
    text = address.decode(errors="replace") if isinstance(address, bytes) else str(address)
    return text.replace("\0", "@")


def _listens(sock: socket.socket) -> bool:
    try:
        return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except (OSError, AttributeError):
        return False


PART = Part("connections", before, let_go, thawed)
