"""Hazards 9 and 10, the harmless half: pipes and socket pairs with both ends in this process.

Such a pair (an event loop's wake-up, a queue) belongs to the state: every copy gets a pair of its own on the same
descriptors, with the bytes that were under way.
"""

import ctypes
import fcntl
import os
import socket
import struct
from typing import Any, NamedTuple

from hindsight_worker.syscalls import libc
from hindsight_worker.world.moment import Descriptor, Moment, Part, Warning

_DIAGNOSIS = 4  # NETLINK_SOCK_DIAG
_SHOW_PEER = 4
_PEER = 2
_ANY = 0xFFFFFFFF
_F_SETPIPE_SZ, _F_GETPIPE_SZ = 1031, 1032
_MOST_BYTES = 1 << 20


class _Pair(NamedTuple):
    """Ends with the descriptors of each: (number, O_CLOEXEC). `read` and `write` are the same kind for sockets."""

    make: Any
    read: list[tuple[int, int]]
    write: list[tuple[int, int]]
    flags: tuple[int, int]
    ends: Any
    under_way: tuple[bytes, bytes]
    size: int


def before(moment: Moment) -> list[_Pair] | None:
    """Finds the pairs; they are `moment.paired` from now on, for the part that looks after all others."""
    pairs = [*_pipes(moment), *_socket_pairs(moment)]
    for pair in pairs:
        moment.paired.update(number for number, _ in (*pair.read, *pair.write))
    return pairs or None


def renew(plan: list[_Pair]) -> list[Warning] | None:
    """In the frozen process, and again in each that is thawed."""
    for pair in plan:
        if pair.make(pair.ends) != 0:
            continue
        if pair.size:
            # As large as it was first, so that all that is under way goes in.
            libc.fcntl(pair.ends[1], _F_SETPIPE_SZ, pair.size)
            libc.tee(pair.read[0][0], pair.ends[1], _MOST_BYTES, 2)
        for data, end in zip(pair.under_way, (pair.ends[1], pair.ends[0])):
            if data:
                libc.send(end, data, len(data), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        for end, numbers, flags in zip(pair.ends, (pair.read, pair.write), pair.flags):
            for number, close_on_exec in numbers:
                libc.dup3(end, number, close_on_exec)
            libc.fcntl(end, fcntl.F_SETFL, flags)
            libc.close(end)
    return None


def _pipes(moment: Moment) -> list[_Pair]:
    by_inode: dict[tuple[int, int], list[Descriptor]] = {}
    for one in moment.descriptors:
        if one.kind == "pipe" and one.target.startswith("pipe:"):
            by_inode.setdefault((one.device, one.inode), []).append(one)
    pairs = []
    for ends in by_inode.values():
        read = [one for one in ends if one.flags & os.O_ACCMODE == os.O_RDONLY]
        write = [one for one in ends if one.flags & os.O_ACCMODE == os.O_WRONLY]
        if read and write:
            size = libc.fcntl(read[0].number, _F_GETPIPE_SZ)
            pairs.append(_pair(_make_pipe, read, write, (b"", b""), max(size, 0)))
    return pairs


def _make_pipe(ends: Any) -> int:
    made: int = libc.pipe2(ctypes.byref(ends), os.O_CLOEXEC)
    return made


def _make_sockets(kind: int) -> Any:
    def make(ends: Any) -> int:
        made: int = libc.socketpair(int(socket.AF_UNIX), kind | socket.SOCK_CLOEXEC, 0, ctypes.byref(ends))
        return made

    return make


def _socket_pairs(moment: Moment) -> list[_Pair]:
    sockets = {}
    for one in moment.descriptors:
        if one.kind == "socket":
            kind = _unnamed_unix_kind(one.number)
            if kind is not None:
                sockets.setdefault(one.inode, (kind, []))[1].append(one)
    pairs = []
    for inode, (kind, ends) in list(sockets.items()):
        peer = _peer_of(inode) if len(sockets) > 1 else None
        if peer in sockets and peer > inode:
            others = sockets[peer][1]
            under_way = (_peek(ends[0].number), _peek(others[0].number))
            pairs.append(_pair(_make_sockets(kind), ends, others, under_way, 0))
    return pairs


def _pair(
    make: Any, read: list[Descriptor], write: list[Descriptor], under_way: tuple[bytes, bytes], size: int
) -> _Pair:
    return _Pair(
        make,
        [(one.number, one.close_on_exec) for one in read],
        [(one.number, one.close_on_exec) for one in write],
        (read[0].flags & ~os.O_CLOEXEC, write[0].flags & ~os.O_CLOEXEC),
        (ctypes.c_int * 2)(),
        under_way,
        size,
    )


def _unnamed_unix_kind(number: int) -> int | None:
    """The type of a connected Unix socket without a name at either end, as `socketpair` makes them."""
    try:
        duplicate = socket.socket(fileno=os.dup(number))
    except OSError:
        return None
    with duplicate:
        try:
            unnamed = not duplicate.getsockname() and not duplicate.getpeername()
        except OSError:
            return None
        return int(duplicate.type) if duplicate.family == socket.AF_UNIX and unnamed else None


def _peek(number: int) -> bytes:
    """What is there to be read, left there."""
    with socket.socket(fileno=os.dup(number)) as duplicate:
        try:
            return duplicate.recv(_MOST_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return b""


def _peer_of(inode: int) -> int | None:
    """The inode of the socket at the other end, as the kernel's own diagnosis says; None where it says nothing."""
    request = struct.pack("=BBHIIIII", socket.AF_UNIX, 0, 0, _ANY, inode & _ANY, _SHOW_PEER, _ANY, _ANY)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _DIAGNOSIS) as netlink:
            netlink.settimeout(1)
            netlink.send(struct.pack("=IHHII", 16 + len(request), 20, 1, 1, 0) + request)
            answer = netlink.recv(8192)
    except OSError:
        return None
    place = 32  # Behind the header of 16 bytes and a `unix_diag_msg` of 16.
    while struct.unpack_from("=H", answer, 4)[0] == 20 and place + 8 <= len(answer):
        length, kind = struct.unpack_from("=HH", answer, place)
        if kind == _PEER:
            return int(struct.unpack_from("=I", answer, place + 4)[0])
        place += max((length + 3) & ~3, 4)
    return None


PART = Part("pairs", before, renew, renew)
