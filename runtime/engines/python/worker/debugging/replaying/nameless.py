"""Private copies of files: in memory, without a name, on descriptors that are out of the program's way."""

import fcntl
import os
from typing import Any

from hindsight_worker.debugging.replaying.player import player

_MOST_BYTES = 256 << 20
_PART_BYTES = 1 << 20
_HIGH = 500

_open, _close, _fstat = os.open, os.close, os.fstat


def copy_with(content: Any) -> int:
    """The descriptor of a file with this content (bytes-like)."""
    made = os.memfd_create("hindsight-copy", os.MFD_CLOEXEC)
    view = memoryview(content)
    while view:
        view = view[os.pwrite(made, view, len(content) - len(view)) :]
    high: int = fcntl.fcntl(made, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    _close(made)
    return high


def copy_of(path: str, size: int) -> int:
    """The same, with the first `size` bytes of a file; all for -1."""
    source = _open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        all_of_it = _fstat(source).st_size
        wanted = all_of_it if size < 0 else min(size, all_of_it)
        if wanted > _MOST_BYTES:
            player.diverge(f"{path} is too large for a copy that a replay may write to")
        content = bytearray()
        while len(content) < wanted and (part := os.pread(source, min(wanted - len(content), _PART_BYTES), len(content))):
            content += part
        return copy_with(content)
    finally:
        _close(source)
