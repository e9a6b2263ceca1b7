"""Which memory is whose, and what makes a fork of much of it cheap."""

import ctypes
import mmap
import os
import sys
import unittest
from contextlib import contextmanager
from typing import Iterator

from hindsight_worker.huge_pages import HugePages
from hindsight_worker.own_memory import PAGE_BYTES, PageMap, mappings
from hindsight_worker.syscalls import libc

HUGE = 2 << 20


class Memory:
    """Some pages of this process, at an address that is a multiple of 2 MB."""

    def __init__(self, pages: int) -> None:
        self.size = pages * PAGE_BYTES
        self.map = mmap.mmap(-1, self.size + HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        first = ctypes.addressof(ctypes.c_char.from_buffer(self.map))
        self.offset = -first % HUGE
        self.start = first + self.offset

    def write(self, value: int = 1) -> None:
        for at in range(self.offset, self.offset + self.size, PAGE_BYTES):
            self.map[at] = value

    def alone(self) -> int:
        with PageMap() as pages:
            return sum(pages.alone(self.start, self.start + self.size))


@contextmanager
def copied() -> Iterator[None]:
    """While another process has a share in all memory of this one."""
    read, write = os.pipe()
    pid = libc.fork()
    if pid == 0:
        libc.close(write)
        libc.read(read, ctypes.byref(ctypes.create_string_buffer(1)), 1)
        os._exit(0)
    os.close(read)
    try:
        yield
    finally:
        os.close(write)
        os.waitpid(pid, 0)


@unittest.skipUnless(sys.platform == "linux", "Linux tells what memory is whose")
class OwnMemory(unittest.TestCase):
    def test_what_was_written_is_ours_alone_until_a_copy_shares_it(self) -> None:
        memory = Memory(10)
        self.assertEqual(memory.alone(), 0)
        memory.write()
        self.assertEqual(memory.alone(), 10)
        with copied():
            self.assertEqual(memory.alone(), 0)
            memory.map[memory.offset] = 2
            self.assertEqual(memory.alone(), 1)

    def test_mappings_are_those_that_can_be_written(self) -> None:
        memory = Memory(10)
        self.assertTrue(any(one.start <= memory.start < one.end and not one.file for one in mappings()))


class Huge(unittest.TestCase):
    def setUp(self) -> None:
        self.pages = HugePages()
        self.before = huge_bytes()
        self.objects = [{number: str(number)} for number in range(200_000)]

    def test_what_a_run_has_filled_is_gathered_and_stays_as_it_is(self) -> None:
        self.pages.gather(lambda: False)
        self.assertEqual(huge_bytes() - self.before > 16 * HUGE, can_gather())
        self.assertEqual(self.objects, [{number: str(number)} for number in range(200_000)])

    def test_it_ends_as_soon_as_something_else_is_wanted(self) -> None:
        self.pages.gather(lambda: True)
        self.assertEqual(huge_bytes(), self.before)

    def test_what_a_copy_shares_is_left_shared(self) -> None:
        with copied():
            self.pages.gather(lambda: False)
            self.assertLess(huge_bytes() - self.before, 4 * HUGE)

    def test_it_looks_again_only_when_much_has_come(self) -> None:
        asked: list[bool] = []

        def is_wanted() -> bool:
            asked.append(True)
            return True

        self.pages.gather(is_wanted)
        self.pages.gather(is_wanted)
        self.assertEqual(len(asked), 1)
        self.objects.extend({number: str(number)} for number in range(100_000))
        self.pages.gather(is_wanted)
        self.assertEqual(len(asked), 2)


def huge_bytes() -> int:
    """Of this process, as the system tells it."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("AnonHugePages:"))


def can_gather() -> bool:
    """Whether this system gathers pages when it is asked to."""
    probe = Memory(HUGE // PAGE_BYTES)
    probe.write()
    return bool(libc.madvise(ctypes.c_void_p(probe.start), ctypes.c_size_t(HUGE), 25) == 0)


if __name__ == "__main__":
    unittest.main()
