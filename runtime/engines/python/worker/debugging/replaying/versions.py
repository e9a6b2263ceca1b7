"""What was in a file before the recorded program changed it: so that a replay reads what was read, and not the future.

Kept once a file between two snapshots, in memory that all copies share, right before the file is opened for writing, cut, moved
or removed. A version counts for all places in the log up to its own. Knows no open files.
"""

import marshal
import os
import stat
from typing import Any, NamedTuple

from hindsight_worker.debugging.replaying.log import Log, LogFull

_MOST_BYTES = 10 << 20
_ALL_BYTES = 200 << 20
_TAG = 1
_ABSENT, _CONTENT, _BEGINNING, _LOST, _FOLDER = range(5)

_open, _close, _read, _fstat, _stat = os.open, os.close, os.read, os.fstat, os.stat


class Found(NamedTuple):
    """What a file was at a place in the log.

    `kind` is `present` (as it is now), `absent`, `content`, `beginning` (the first `size` bytes of now), `lost`,
    or `folder`.
    """

    kind: str
    content: Any = b""
    size: int = -1


class Versions:
    """Of one trace. Written in the recorded process alone, read in its copies."""

    def __init__(self) -> None:
        """Raises OSError where there is no memory for them."""
        self._log = Log(_ALL_BYTES)
        self._at = 0
        self._kept: set[str] = set()
        self._snapshot = -1
        self._seen = 0
        self._by_path: dict[str, list[tuple[int, int]]] = {}

    def keep(self, path: str, position: int, snapshot: int, appends: bool = False) -> tuple[bool, str]:
        """Keeps what `path` is before it changes.

        Args:
            path: Absolute.
            position: The place in the log.
            snapshot: How many snapshots there were; a file is kept once between two.
            appends: Only something is added at its end, so nothing need be copied.

        Returns:
            Whether there is a new version, and a sentence for a person where its content is lost.
        """
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self._kept.clear()
        if path in self._kept:
            return False, ""
        self._kept.add(path)
        problem = ""
        try:
            kind, content = _now(path, appends)
        except OSError:
            return False, ""
        if kind == _LOST:
            problem = f"{path} was too large to be kept before it was changed: what was in it cannot be read in the past."
        try:
            self._put(path, kind, position, content)
        except LogFull:
            problem = f"Too much was changed to keep what was in {path} before: it cannot be read in the past."
            self._put_quietly(path, position)
        return True, problem

    def find(self, path: str, position: int) -> Found:
        """What `path` was at this place in the log."""
        size = -1
        for at_position, at in self._versions(path):
            if at_position < position:
                continue
            entry = self._log.take(at)
            if entry is None:
                break
            _, kind, length = marshal.loads(entry.payload)
            if kind == _ABSENT:
                return Found("absent")
            if kind in (_LOST, _FOLDER):
                return Found("lost" if kind == _LOST else "folder")
            if kind == _CONTENT:
                start = entry.next * 8
                return Found("content", self._log.raw[start : start + (length if size < 0 else min(length, size))])
            size = length if size < 0 else min(size, length)
        return Found("present") if size < 0 else Found("beginning", size=size)

    def close(self) -> None:
        """Copies keep theirs."""
        self._log.close()

    def _versions(self, path: str) -> list[tuple[int, int]]:
        """Place in the log, and where in memory, oldest first; reads what is new."""
        while (entry := self._log.take(self._seen)) is not None:
            name, _, length = marshal.loads(entry.payload)
            self._by_path.setdefault(name, []).append((entry.time, self._seen))
            self._seen = entry.next + (length + 7 >> 3 if marshal.loads(entry.payload)[1] == _CONTENT else 0)
        return self._by_path.get(path, [])

    def _put(self, path: str, kind: int, position: int, content: Any) -> None:
        length = content if isinstance(content, int) else len(content)
        payload = marshal.dumps((path, kind, length))
        words = 2 + (len(payload) + 7 >> 3)
        if kind == _CONTENT:
            start = (self._at + words) * 8
            if start + length + 64 > self._log.limit * 8:
                raise LogFull
            self._log.raw[start : start + length] = content
            words += length + 7 >> 3
        self._log.put(self._at, _TAG, position, payload)
        self._at += words

    def _put_quietly(self, path: str, position: int) -> None:
        try:
            self._put(path, _LOST, position, 0)
        except LogFull:
            return


def _now(path: str, appends: bool) -> tuple[int, Any]:
    """Kind and content, or size; raises OSError for what is no regular file or cannot be read."""
    try:
        status = _stat(path)
    except FileNotFoundError:
        return _ABSENT, 0
    if stat.S_ISDIR(status.st_mode):
        return _FOLDER, 0
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{path} is no file")
    if appends:
        return _BEGINNING, status.st_size
    if status.st_size > _MOST_BYTES:
        return _LOST, 0
    descriptor = _open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _CONTENT, _all(descriptor, _MOST_BYTES)
    finally:
        _close(descriptor)


def _all(descriptor: int, most: int) -> bytes:
    parts = []
    left = most
    while left > 0 and (part := _read(descriptor, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
