"""Hazard 10: what a program polls (epoll, eventfd, timerfd) is shared by all copies, so each gets its own.

An epoll set is made again from what the kernel says is in it, whatever library has made it. The Python object keeps
the descriptor's number and notices nothing.
"""

import ctypes
import os
import platform
from typing import Callable, NamedTuple

from hindsight_worker.syscalls import libc
from hindsight_worker.world.moment import Descriptor, Moment, Part, Warning

_ADD = 1
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)


class _Event(ctypes.Structure):
    # The kernel's structure is packed on x86_64 alone.
    if platform.machine() == "x86_64":
        _pack_ = 1
    _fields_ = [("events", ctypes.c_uint32), ("data", ctypes.c_uint64)]


class _Clock(ctypes.Structure):
    _fields_ = [(name, ctypes.c_long) for name in ("interval", "interval_ns", "value", "value_ns")]


class _Renewal(NamedTuple):
    """`make` returns a new descriptor, which takes `number`."""

    number: int
    close_on_exec: int
    make: Callable[[], int]


def before(moment: Moment) -> list[_Renewal] | None:
    """Notes the content of each; names those that cannot be had again."""
    plan = []
    for one in moment.descriptors:
        if one.kind != "anonymous":
            continue
        make = _maker(one)
        if make is not None:
            plan.append(_Renewal(one.number, one.close_on_exec, make))
        elif "inotify" in one.target:
            moment.warn("file", "Folders that are watched for changes are watched by both timelines together.")
    return plan or None


def renew(plan: list[_Renewal]) -> list[Warning] | None:
    """In each process that is thawed. The frozen one polls nothing."""
    for one in plan:
        made = one.make()
        if made >= 0:
            libc.dup3(made, one.number, one.close_on_exec)
            libc.close(made)
    return None


def _maker(one: Descriptor) -> Callable[[], int] | None:
    fields = [line.split() for line in one.details.splitlines()]
    if "[eventpoll]" in one.target:
        return _epoll([line for line in fields if line and line[0] == "tfd:"])
    values = {line[0]: line[1] for line in fields if len(line) == 2}
    if "[eventfd]" in one.target:
        count = int(values.get("eventfd-count:", "0"), 16)
        semaphore = int(values.get("eventfd-semaphore:", "0"))
        return lambda: int(libc.eventfd(count, semaphore | one.flags & _NONBLOCK | os.O_CLOEXEC))
    if "[timerfd]" in one.target:
        return _timer(int(values.get("clockid:", "1")), one.details, one.flags & _NONBLOCK)
    return None


def _epoll(lines: list[list[str]]) -> Callable[[], int]:
    """Of lines like `tfd: 7 events: 19 data: 7 pos:0 ino:3b78e sdev:9`, numbers but for `tfd` in hexadecimal."""
    watched = [(int(line[1]), _Event(int(line[3], 16), int(line[5], 16))) for line in lines]

    def make() -> int:
        made: int = libc.epoll_create1(os.O_CLOEXEC)
        for number, event in watched:
            libc.epoll_ctl(made, _ADD, number, ctypes.byref(event))
        return made

    return make


def _timer(clock: int, details: str, flags: int) -> Callable[[], int]:
    """Of lines like `it_value: (0, 49406829)`: what was left."""
    value = _pair(details, "it_value:")
    interval = _pair(details, "it_interval:")
    setting = _Clock(*interval, *value)

    def make() -> int:
        made: int = libc.timerfd_create(clock, flags | os.O_CLOEXEC)
        libc.timerfd_settime(made, 0, ctypes.byref(setting), None)
        return made

    return make


def _pair(details: str, name: str) -> tuple[int, int]:
    for line in details.splitlines():
        if line.startswith(name):
            first, second = line[len(name) :].strip(" ()").split(",")
            return int(first), int(second)
    return (0, 0)


PART = Part("polling", before, None, renew)

