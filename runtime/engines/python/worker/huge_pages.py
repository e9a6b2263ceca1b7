"""Memory in huge pages, so that a fork has five hundred times fewer entries to copy.

A fork copies the page tables: 2 ms and more for each GB of small pages. What a run has filled is gathered into pages
of 2 MB (`MADV_COLLAPSE`, Linux 6.1) while nothing else is to be done, and before it is shared with a frozen process:
afterwards it would be copied, and be twice in memory. A later write to a shared one costs a page of 4 KB as before.
Where the system cannot, nothing happens.
"""

import ctypes
import sys
from typing import Callable, Iterator

from hindsight_worker.own_memory import PAGE_BYTES, PageMap, mappings
from hindsight_worker.syscalls import libc

_COLLAPSE = 25
_HUGE_BYTES = 2 << 20
# Objects that must have come before it is worth to look. Counted, and not measured: a session that goes on from a state
# is to do the same as the original (see `syscalls.py`). What is large asks for huge pages itself, as numpy does.
_ENOUGH_OBJECTS = 50_000
# Of the pages of a huge one, so many must be there and be ours alone: the others would be filled or copied.
_ENOUGH_ALONE = 7 / 8


class HugePages:
    """Of one process, and of its copies."""

    def __init__(self) -> None:
        self._possible = sys.platform == "linux"
        self._objects = sys.getallocatedblocks()

    def gather(self, is_wanted: Callable[[], bool]) -> None:
        """Gathers what is new; about half a millisecond passes between two questions.

        Args:
            is_wanted: True where there is something else to do: the rest stays as it is.
        """
        if not self._possible:
            return
        objects = sys.getallocatedblocks()
        if objects < self._objects + _ENOUGH_OBJECTS:
            self._objects = min(objects, self._objects)
            return
        self._objects = objects
        try:
            with PageMap() as pages:
                for start in _blocks():
                    if is_wanted():
                        return
                    _gather(pages, start)
        except OSError:
            self._possible = False


def _gather(pages: PageMap, start: int) -> None:
    """A system that cannot, or cannot now, says so: nothing is lost then."""
    if sum(pages.alone(start, start + _HUGE_BYTES)) >= _ENOUGH_ALONE * _HUGE_BYTES / PAGE_BYTES:
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(_HUGE_BYTES), _COLLAPSE)


def _blocks() -> Iterator[int]:
    """Addresses of the whole blocks of a huge page's size that are no file's."""
    for start, end, file in list(mappings()):
        first = -(-start // _HUGE_BYTES) * _HUGE_BYTES
        if not file:
            yield from range(first, end - _HUGE_BYTES + 1, _HUGE_BYTES)
