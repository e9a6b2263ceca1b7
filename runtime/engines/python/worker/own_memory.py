"""What memory of this process is its own: which pages are present, and which no other process has a share in.

Linux tells it in /proc/self/pagemap, eight bytes a page (Documentation/admin-guide/mm/pagemap.rst). Knows no states.
"""

import os
from typing import Iterator, NamedTuple

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_ENTRY_BYTES = 8
# Of the last byte of an entry: bit 63 of it says that the page is present, bit 56 that nobody else maps it.
_PRESENT_ALONE = 0x81
_IS_ALONE = bytes(value & _PRESENT_ALONE == _PRESENT_ALONE for value in range(256))


class Mapping(NamedTuple):
    """A range of private memory that can be written to. `file` is empty where it is no file's."""

    start: int
    end: int
    file: str


def mappings() -> Iterator[Mapping]:
    """Those of this process, lowest first.

    Raises:
        OSError: The system does not tell.
    """
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        for line in file:
            fields = line.split(maxsplit=5)
            if fields[1] == "rw-p":
                start, _, end = fields[0].partition("-")
                name = fields[5].strip() if len(fields) > 5 else ""
                yield Mapping(int(start, 16), int(end, 16), "" if name.startswith("[") else name)


class PageMap:
    """The list of this process's pages, as long as it is open. A context manager.

    Raises:
        OSError: The system does not tell.
    """

    def __init__(self) -> None:
        self._descriptor = os.open("/proc/self/pagemap", os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))

    def __enter__(self) -> "PageMap":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def alone(self, start: int, end: int) -> bytes:
        """For each page from `start` to `end`, both addresses of a page: 1 where it is there and nobody else has a share."""
        count = (end - start) // PAGE_BYTES
        entries = os.pread(self._descriptor, count * _ENTRY_BYTES, start // PAGE_BYTES * _ENTRY_BYTES)
        return entries[_ENTRY_BYTES - 1 :: _ENTRY_BYTES].translate(_IS_ALONE)
