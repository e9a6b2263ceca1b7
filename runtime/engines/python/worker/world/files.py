"""Hazards 5 and 6: the position in an open file is shared by all copies, so each opens the file again.

Goes through `/proc/self/fd`, which finds the file even where its name is gone. What is in a file is not taken back;
a file that is open for writing is named.
"""

import ctypes
import os
import platform
from typing import Any, NamedTuple

from hindsight_worker.syscalls import libc, text
from hindsight_worker.world.moment import Descriptor, Moment, Part, Warning

# What is meant for the first opening, or would refuse the link that `/proc/self/fd/…` is.
_AT_OPEN_ONLY = os.O_CREAT | os.O_EXCL | os.O_TRUNC | getattr(os, "O_TMPFILE", 0) | getattr(os, "O_NOFOLLOW", 0)
_PATH_ONLY = getattr(os, "O_PATH", 0)
_KCMP = {"x86_64": 312, "aarch64": 272}.get(platform.machine(), 0)


class _Reopen(NamedTuple):
    """One open file, and each descriptor that shares its position, with its own O_CLOEXEC."""

    path: Any
    flags: int
    offset: Any
    descriptors: list[tuple[int, int]]
    problem: list[Warning]
    # Of the file at that moment.
    size: int


def before(moment: Moment) -> list[_Reopen] | None:
    """Notes where in each file we are."""
    files = [one for one in moment.descriptors if one.kind in ("file", "folder") and not one.flags & _PATH_ONLY]
    for one in files:
        if one.kind == "file" and one.writable and one.name not in moment.named and not _is_memory(one):
            moment.warn("file", f"{one.name} is open for writing; what is written to it is not taken back.", one.name)
    return [_plan(group) for group in _groups(files)] or None


def reopen(plan: list[_Reopen]) -> list[Warning] | None:
    """Gives this process positions of its own. In the frozen process, and again in each that is thawed."""
    problems = None
    for one in plan:
        if not _reopen(one):
            problems = [*(problems or ()), *one.problem]
    return problems


def _is_memory(one: Descriptor) -> bool:
    return one.target.startswith(("/dev/shm/", "/memfd:"))


def _reopen(one: _Reopen) -> bool:
    opened = libc.open(one.path, one.flags)
    if opened < 0:
        return False
    libc.lseek(opened, one.offset, os.SEEK_SET)
    for number, close_on_exec in one.descriptors:
        libc.dup3(opened, number, close_on_exec)
    libc.close(opened)
    return True


def _plan(group: list[Descriptor]) -> _Reopen:
    first = group[0]
    message = f"{first.name} cannot be opened again; its position is shared with the other timeline."
    return _Reopen(
        text(f"/proc/self/fd/{first.number}"),
        first.flags & ~_AT_OPEN_ONLY | os.O_CLOEXEC,
        ctypes.c_int64(first.offset),
        [(one.number, one.close_on_exec) for one in group],
        [{"kind": "file", "message": message, "name": first.name}],
        _size(first.number),
    )


def _size(number: int) -> int:
    try:
        return os.fstat(number).st_size
    except OSError:
        return 0


def _groups(files: list[Descriptor]) -> list[list[Descriptor]]:
    """Descriptors that were duplicated of one another stay so."""
    groups: list[list[Descriptor]] = []
    for one in files:
        for group in groups:
            if _same_open_file(group[0], one):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _same_open_file(a: Descriptor, b: Descriptor) -> bool:
    if (a.device, a.inode, a.offset) != (b.device, b.inode, b.offset):
        return False
    if (a.flags ^ b.flags) & ~os.O_CLOEXEC:
        return False
    pid = os.getpid()
    same = libc.syscall(_KCMP, pid, pid, 0, a.number, b.number) if _KCMP else -1
    # Where the system does not say: two that agree in all this are mostly one.
    return bool(same <= 0)


PART = Part("files", before, reopen, reopen)
