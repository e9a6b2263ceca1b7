"""The log: what came in while a program was recorded, in the order in which it came, in memory that all copies share.

So a copy of an old moment reads what the program itself has written since. Words of 8 bytes; an entry is

    word 0   tag (23 bits), time (40 bits)
    word 1   a number of 8 bytes: the value itself (clocks); or the size of what follows, in bytes
    then     the value, packed (see `packing.py`), up to the next whole word

Memory that was not written yet is 0, and no tag is: so an end needs no mark. The last words say where the program was
interrupted, for copies that come there. The memory is reserved, not taken, and is a
file without a name, which `world/shared.py` knows by its name in the list of maps. Knows no values and no programs.
"""

import ctypes
import os
import zlib
from typing import Any, NamedTuple

from hindsight_worker.world.shared import COMMON

TIME_BITS = 40
_TIME_MASK = (1 << TIME_BITS) - 1
_READ_WRITE, _SHARED_UNRESERVED = 3, 0x4001
_FAILED = ctypes.c_void_p(-1).value

_MOST_INTERRUPTS = 32

_names: dict[int, str] = {}


class LogFull(Exception):
    """There is no place for another entry."""


class Entry(NamedTuple):
    """One entry as it is read: `next` is the word behind it."""

    tag: int
    time: int
    payload: memoryview
    next: int


def tag_of(name: str) -> int:
    """The number of a tag, the same in every process."""
    tag = (zlib.crc32(name.encode()) & 0x7FFFFF) or 1
    if _names.setdefault(tag, name) != name:
        raise ValueError(f"the tags {name} and {_names[tag]} have the same number")
    return tag


def name_of(tag: int) -> str:
    """What was recorded under this number."""
    return _names.get(tag, "another call")


class Log:
    """The memory and its views. Whoever writes keeps the place (`Player.at`) itself, so that a copy has its own."""

    def __init__(self, size: int) -> None:
        """Reserves `size` bytes, a multiple of 8.

        Raises:
            OSError: There is no such memory.
        """
        descriptor = os.memfd_create(COMMON, os.MFD_CLOEXEC)
        try:
            os.ftruncate(descriptor, size)
            # By ctypes, since the audit event of `mmap` tells that the *program* maps memory.
            address = _mmap(None, size, _READ_WRITE, _SHARED_UNRESERVED, descriptor, 0)
        finally:
            os.close(descriptor)
        if address in (None, _FAILED):
            raise OSError(f"no memory for a log of {size >> 20} MB")
        self._keep = (ctypes.c_ubyte * size).from_address(address)
        self._mapped = (address, size)
        self.raw: memoryview = memoryview(self._keep).cast("B")
        self.words: Any = self.raw.cast("q")
        self.numbers: Any = self.raw.cast("d")
        self.size = size
        self._interrupts = size // 8 - _MOST_INTERRUPTS * 2
        self.limit = self._interrupts - 2

    def put(self, at: int, tag: int, time: int, payload: bytes) -> int:
        """Writes an entry at word `at`.

        Returns:
            The word behind it.

        Raises:
            LogFull: There is no place for it.
        """
        size = len(payload)
        after = at + 2 + (size + 7 >> 3)
        if after > self.limit:
            raise LogFull
        start = (at + 2) * 8
        self.raw[start : start + size] = payload
        self.words[at + 1] = size
        self.words[at] = tag << TIME_BITS | time
        return after

    def take(self, at: int) -> Entry | None:
        """The entry at word `at`; None behind the last one."""
        head: int = self.words[at] if at <= self.limit else 0
        if head == 0:
            return None
        size: int = self.words[at + 1]
        start = (at + 2) * 8
        return Entry(head >> TIME_BITS, head & _TIME_MASK, self.raw[start : start + size], at + 2 + (size + 7 >> 3))

    def head(self, at: int) -> tuple[int, int]:
        """Tag and time of the entry at word `at`; the tag is 0 behind the last one."""
        head: int = self.words[at] if at <= self.limit else 0
        return head >> TIME_BITS, head & _TIME_MASK

    def note_interrupt(self, time: int, depth: int, line: int) -> None:
        """It was interrupted within this line; as many as there is place for."""
        for at in range(self._interrupts, self.size // 8, 2):
            if self.words[at + 1] == 0:
                self.words[at], self.words[at + 1] = time, depth << 32 | line
                return

    def interrupts(self) -> list[tuple[int, int, int]]:
        """All that were noted: time, depth, line."""
        found = []
        for at in range(self._interrupts, self.size // 8, 2):
            place = self.words[at + 1]
            if place == 0:
                break
            found.append((self.words[at], place >> 32, place & 0xFFFFFFFF))
        return found

    def close(self) -> None:
        """Gives this process's view of the memory back; copies keep theirs."""
        self.limit = -1
        self.numbers.release()
        self.words.release()
        self.raw.release()
        _munmap(*self._mapped)


def _functions() -> tuple[Any, Any]:
    libc: Any = ctypes.PyDLL(None)
    mmap, munmap = libc.mmap, libc.munmap
    mmap.restype = ctypes.c_void_p
    mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    return mmap, munmap


_mmap, _munmap = _functions()
