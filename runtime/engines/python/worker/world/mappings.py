"""Which shared memory this process can write to: asked of the kernel directly (Linux 6.11), else read from its list.

The list may have thousands of lines, of which most programs want none; the question costs a few microseconds.
"""

import ctypes
import fcntl
import os
from typing import NamedTuple

_QUERY = 0xC0686611  # PROCMAP_QUERY
_WRITABLE, _SHARED, _OR_NEXT = 0x2, 0x8, 0x10
_NAME_BYTES = 4096


class Mapping(NamedTuple):
    """From `start` up to `end`; `path` is empty for memory without a name."""

    start: int
    end: int
    path: str


class _Question(ctypes.Structure):
    """`struct procmap_query` of linux/fs.h."""

    _fields_ = [
        *((name, ctypes.c_uint64) for name in ("size", "flags", "address", "start", "end", "found_flags")),
        *((name, ctypes.c_uint64) for name in ("page_size", "offset", "inode")),
        *((name, ctypes.c_uint32) for name in ("major", "minor", "name_size", "build_id_size")),
        *((name, ctypes.c_uint64) for name in ("name", "build_id")),
    ]


def shared_and_writable() -> list[Mapping]:
    """In the order of addresses; empty where the system tells nothing."""
    try:
        descriptor = os.open("/proc/self/maps", os.O_RDONLY)
    except OSError:
        return []
    try:
        return _asked(descriptor)
    except OSError:
        return _listed(descriptor)
    finally:
        os.close(descriptor)


def _asked(descriptor: int) -> list[Mapping]:
    """Raises OSError where the kernel cannot be asked."""
    name = ctypes.create_string_buffer(_NAME_BYTES)
    question = _Question(size=ctypes.sizeof(_Question), flags=_WRITABLE | _SHARED | _OR_NEXT)
    found: list[Mapping] = []
    while True:
        question.name_size, question.name = _NAME_BYTES, ctypes.addressof(name)
        try:
            fcntl.ioctl(descriptor, _QUERY, question)
        except FileNotFoundError:  # There is none at or above the address.
            return found
        path = os.fsdecode(name.value) if question.name_size else ""
        found.append(Mapping(question.start, question.end, path))
        question.address = question.end


def _listed(descriptor: int) -> list[Mapping]:
    parts = []
    while part := os.read(descriptor, 1 << 16):
        parts.append(part)
    found = []
    for line in os.fsdecode(b"".join(parts)).splitlines():
        words = line.split(None, 5)
        if len(words) >= 5 and words[1][1] == "w" and words[1][3] == "s":
            start, end = (int(number, 16) for number in words[0].split("-"))
            found.append(Mapping(start, end, words[5] if len(words) == 6 else ""))
    return found
