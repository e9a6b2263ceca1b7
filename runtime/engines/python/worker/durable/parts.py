"""From pickles and buffers to objects of at most 256 KiB, and back. Knows what a *part* in a manifest is.

A part is `{bytes, objects}`: the concatenation of these objects. Small pickles share an object: they have an
`offset` into it.
"""

from __future__ import annotations

import functools
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, Final

from .context import Buffer
from .objects import ObjectReader, ObjectWriter

#: Sizes of objects: of small content smaller ones, so that a change in 1 % of it costs about 1 %.
_SMALL: Final = 65_536
_LARGE: Final = 262_144
_LARGE_FROM: Final = 16 << 20
_PACKED: Final = 8_192
#: So much is handed to a thread at once.
_BATCH: Final = 1 << 20
#: So many objects are read before they are needed.
_AHEAD: Final = 8

Part = dict[str, Any]


class PartWriter:
    """Cuts content into objects."""

    def __init__(self, writer: ObjectWriter) -> None:
        self._writer = writer
        self._pack: list[tuple[Part, bytes]] = []
        self._packed = 0
        self._begun = False
        #: By the ids of the buffers; with these, so that no id is used again.
        self._parts: dict[int, tuple[Buffer, Part]] = {}

    def stream(self, pieces: list[bytes | memoryview]) -> Part:
        """Give the part of a pickle; complete after `finish`."""
        size = sum(map(len, pieces))
        part: Part = {"bytes": size, "objects": []}
        if size > _PACKED:
            self._add(part, _blocks(pieces, _block_size(size)), 1)
            return part
        if self._packed + size > _SMALL:
            self._flush()
        self._pack.append((part, b"".join(pieces)))
        self._packed += size
        return part

    def buffer(self, buffer: Buffer) -> Part:
        """Give the part of a buffer, the same one each time; its content must not change before the writer has finished."""
        known = self._parts.get(id(buffer))
        if known is not None:
            return known[1]
        view = memoryview(buffer.data).cast("B")
        part: Part = {"bytes": len(view), "objects": []}
        self._parts[id(buffer)] = (buffer, part)
        size = _block_size(len(view))
        self._add(part, (view[at : at + size] for at in range(0, len(view), size)), buffer.item_size)
        return part

    def begin_variables(self) -> None:
        """Write what was gathered of the session itself, which changes seldom; does nothing the second time."""
        if not self._begun:
            self._begun = True
            self._flush()

    def finish(self) -> None:
        """Write what was gathered."""
        self._flush()

    def _add(self, part: Part, blocks: Iterable[bytes | memoryview], item_size: int) -> None:
        names: list[str] = part["objects"]
        batch: list[tuple[bytes | memoryview, Callable[[str], None]]] = []
        waiting = 0
        for index, block in enumerate(blocks):
            names.append("")
            batch.append((block, functools.partial(names.__setitem__, index)))
            waiting += len(block)
            if waiting >= _BATCH:
                self._writer.add_all(batch, item_size)
                batch, waiting = [], 0
        if batch:
            self._writer.add_all(batch, item_size)

    def _flush(self) -> None:
        pack, self._pack, self._packed = self._pack, [], 0
        if not pack:
            return
        shared: Part = {"objects": []}
        offset = 0
        for part, piece in pack:
            part["objects"], part["offset"] = shared["objects"], offset
            offset += len(piece)
        self._add(shared, [b"".join(piece for _, piece in pack)], 1)


class PartReader:
    """Reads parts, verified."""

    def __init__(self, reader: ObjectReader, executor: Executor) -> None:
        self._reader = reader
        self._executor = executor
        #: The last packed object: its pickles are read one after the other.
        self._last: tuple[str, bytes | bytearray] = ("", b"")

    def open(self, part: Part) -> io.BufferedReader:
        """A stream of a part's content."""
        return io.BufferedReader(_Chunks(self._pieces(part), part["bytes"]), 1 << 18)

    def read_into(self, part: Part, memory: memoryview) -> None:
        """Read a part's content into memory of its size."""
        at = 0
        for data in self._pieces(part):
            memory[at : at + len(data)] = data
            at += len(data)

    def read_each(self, parts: Iterable[Part]) -> Iterator[bytes | bytearray]:
        """The contents of parts of one object each."""
        return self._ahead((part["objects"][0], part["bytes"]) for part in parts)

    def _pieces(self, part: Part) -> Iterator[bytes | bytearray | memoryview]:
        if "offset" in part:
            (name,) = part["objects"]
            if self._last[0] != name:
                self._last = (name, self._reader.read(name, _SMALL))
            yield memoryview(self._last[1])[part["offset"] : part["offset"] + part["bytes"]]
            return
        size = min(part["bytes"], _block_size(part["bytes"]))
        if len(part["objects"]) == 1:
            yield self._reader.read(part["objects"][0], size)
            return
        yield from self._ahead((name, size) for name in part["objects"])

    def _ahead(self, objects: Iterable[tuple[str, int]]) -> Iterator[bytes | bytearray]:
        """Objects in their order; while one is used, threads read the next ones, and not many: they take memory."""
        waiting: deque[Future[bytes | bytearray]] = deque()
        for name, size in objects:
            waiting.append(self._executor.submit(self._reader.read, name, size))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class PiecesReader(io.BufferedReader):
    """A stream of pieces that are in memory; `taken` is how much of them was read."""

    def __init__(self, pieces: Iterable[bytes | memoryview]) -> None:
        self._chunks = _Chunks(iter(pieces), None)
        super().__init__(self._chunks, 1 << 16)

    @property
    def taken(self) -> int:
        return self._chunks.taken


class _Chunks(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes | memoryview], size: int | None) -> None:
        self._pieces = pieces
        self._left: memoryview = memoryview(b"")
        self._size = size
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece).cast("B")
        count = min(len(into), len(self._left))
        into[:count] = self._left[:count]
        self._left = self._left[count:]
        self.taken += count
        return count


def object_names(parts: Iterable[Part]) -> list[str]:
    """All objects of some parts, each once."""
    return list(dict.fromkeys(name for part in parts for name in part["objects"]))


def _block_size(size: int) -> int:
    return _LARGE if size >= _LARGE_FROM else _SMALL


def _blocks(pieces: list[bytes | memoryview], size: int) -> Iterator[bytes]:
    """The concatenation of pieces in blocks of `size`; the last one is shorter."""
    gathered: list[bytes | memoryview] = []
    have = 0
    for piece in pieces:
        view = memoryview(piece)
        while have + len(view) >= size:
            yield b"".join([*gathered, view[: size - have]])
            view = view[size - have :]
            gathered, have = [], 0
        if view:
            gathered.append(view)
            have += len(view)
    if gathered:
        yield b"".join(gathered)
