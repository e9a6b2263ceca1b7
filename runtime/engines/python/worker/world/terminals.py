"""Hazard 9, pseudo-terminals: who holds an end of one keeps the program at the other end from seeing its end.

Every copy gets a terminal of its own on the same descriptors, set up alike: a pair with both ends here goes on in it, without what
was under way; one whose other end is in another process has nobody there, as if that process had ended.
"""

import ctypes
import os
from typing import Any, NamedTuple

from hindsight_worker.syscalls import libc
from hindsight_worker.world.moment import Descriptor, Moment, Part, Warning

_MASTER = "/dev/ptmx"
_SLAVES = "/dev/pts/"
_GET_NUMBER, _LOCK, _OPEN_PEER = 0x80045430, 0x40045431, 0x5441  # TIOCGPTN, TIOCSPTLCK, TIOCGPTPEER
_GET_SIZE, _SET_SIZE = 0x5413, 0x5414  # TIOCGWINSZ, TIOCSWINSZ
_O_NOCTTY = getattr(os, "O_NOCTTY", 0)
_SET_NOW = 0  # TCSANOW
_SETTINGS_BYTES, _SIZE_BYTES = 256, 8
_F_SETFL = 4


class _Terminal(NamedTuple):
    """A terminal with the descriptors of each end: (number, O_CLOEXEC), and the flags that these have in common."""

    master: list[tuple[int, int]]
    slave: list[tuple[int, int]]
    flags: tuple[int, int]
    settings: Any
    size: Any


def before(moment: Moment) -> list[_Terminal] | None:
    """Finds the terminals whose master is here. A slave without it is somebody else's terminal, and stays."""
    masters = [one for one in moment.descriptors if one.kind == "device" and one.target.endswith(_MASTER[4:])]
    if not masters:
        return None
    by_number: dict[int, list[Descriptor]] = {}
    for one in masters:
        by_number.setdefault(_number_of(one.number), []).append(one)
    return [_look_at(moment, number, ends) for number, ends in by_number.items() if number >= 0] or None


def renew(plan: list[_Terminal]) -> list[Warning] | None:
    """In the frozen process, and again in each that is thawed."""
    for terminal in plan:
        master = libc.open(_PATH, os.O_RDWR | os.O_CLOEXEC | _O_NOCTTY)
        if master < 0:
            continue
        libc.ioctl(master, _LOCK, _UNLOCKED)
        slave = libc.ioctl(master, _OPEN_PEER, os.O_RDWR | os.O_CLOEXEC | _O_NOCTTY)
        libc.tcsetattr(slave, _SET_NOW, terminal.settings)
        libc.ioctl(slave, _SET_SIZE, terminal.size)
        for end, numbers, flags in zip((master, slave), (terminal.master, terminal.slave), terminal.flags):
            for number, close_on_exec in numbers:
                libc.dup3(end, number, close_on_exec)
                libc.fcntl(number, _F_SETFL, flags)
            libc.close(end)
    return None


def _look_at(moment: Moment, number: int, masters: list[Descriptor]) -> _Terminal:
    name = f"{_SLAVES}{number}"
    slaves = [one for one in moment.descriptors if one.kind == "device" and one.target == name]
    if not slaves:
        moment.warn("pipe", f"The program in the terminal {name} is not part of the state; it stays where it was.", name)
    settings = ctypes.byref(ctypes.create_string_buffer(_SETTINGS_BYTES))
    size = ctypes.byref(ctypes.create_string_buffer(_SIZE_BYTES))
    libc.tcgetattr(masters[0].number, settings)
    libc.ioctl(masters[0].number, _GET_SIZE, size)
    return _Terminal(
        [(one.number, one.close_on_exec) for one in masters],
        [(one.number, one.close_on_exec) for one in slaves],
        (masters[0].flags & ~os.O_CLOEXEC, slaves[0].flags & ~os.O_CLOEXEC if slaves else os.O_RDWR),
        settings,
        size,
    )


def _number_of(master: int) -> int:
    number = ctypes.c_uint()
    return number.value if libc.ioctl(master, _GET_NUMBER, ctypes.byref(number)) == 0 else -1


_PATH = ctypes.c_char_p(_MASTER.encode())
_UNLOCKED = ctypes.byref(ctypes.c_int(0))

PART = Part("terminals", before, renew, renew)
