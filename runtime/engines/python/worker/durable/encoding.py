"""How the bytes of one object stand in its file: as they are, or compressed. Pure; knows no files.

One byte of header: 0 as they are, 1 zlib, and N from 2 on for numbers of N bytes, which are transposed before they
are compressed (all first bytes, then all second bytes, …): that makes many arrays several times smaller.
"""

from __future__ import annotations

import functools
import zlib
from typing import Final

_RAW: Final = 0
_ZLIB: Final = 1
_MOST_ITEM_BYTES: Final = 32
_LEVEL: Final = 1
_SAMPLE_BYTES: Final = 8_192
_COLUMN_SAMPLE_BYTES: Final = 2_048
#: Compression must save this much of a sample, or its time is better spent otherwise.
_WORTH: Final = 0.9
#: The most that DEFLATE takes into one block that is stored.
_STORED_BYTES: Final = 65_535
_LAST_BLOCK: Final = b"\x01\x00\x00\xff\xff"
#: What most objects hold, so that room for it is made at once.
_USUAL_BYTES: Final = 65_536


class Encoder:
    """Encodes objects that are neighbours in one content: what is best for the first is done with all."""

    def __init__(self, item_size: int) -> None:
        """`item_size`: size of the numbers in the content, in bytes; 1 where it holds none."""
        self._item_size = item_size if item_size <= _MOST_ITEM_BYTES else 1
        self._form: int | None = None
        self._ways: list[int | None] = []

    def encode(self, data: memoryview) -> list[bytes | memoryview]:
        """Give the parts of the file of an object that holds `data`, at least one byte."""
        if self._form is None:
            self._form = _choose(data, self._item_size)
        if self._form == _RAW:
            return [bytes((_RAW,)), data]
        packed = zlib.compress(data, _LEVEL) if self._form == _ZLIB else self._pack_columns(data, self._form)
        return [bytes((self._form,)), packed] if len(packed) < len(data) * _WORTH else [bytes((_RAW,)), data]

    def _pack_columns(self, data: memoryview, item_size: int) -> bytes:
        """One zlib stream of all columns; those that would not get smaller are stored in it, which takes no time."""
        columns = _columns(bytes(data), item_size)
        if not self._ways:
            self._ways = [_way_of(column) for column in columns]
        packed = [b"\x78\x01"]
        check = 1
        for column, way in zip(columns, self._ways):
            check = zlib.adler32(column, check)
            packed.append(_store(column) if way is None else _pack(column, way))
        return b"".join([*packed, _LAST_BLOCK, check.to_bytes(4, "big")])


def encode(data: memoryview, item_size: int) -> list[bytes | memoryview]:
    """Give the parts of an object's file; see `Encoder`."""
    return Encoder(item_size).encode(data)


def decode(stored: bytes, size: int = _USUAL_BYTES) -> bytes | bytearray:
    """Give the content of an object whose file holds `stored`.

    Args:
        stored: The whole file.
        size: About how many bytes the content has; the right one saves time.

    Raises:
        ValueError: The file is not one that `encode` makes.
    """
    if len(stored) < 2:
        raise ValueError("it is cut off")
    form = stored[0]
    if form == _RAW:
        return stored[1:]
    if form > _MOST_ITEM_BYTES:
        raise ValueError(f"its form {form} is unknown")
    try:
        data = zlib.decompress(memoryview(stored)[1:], zlib.MAX_WBITS, size)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    return _transpose_back(data, form)


def _choose(data: memoryview, item_size: int) -> int:
    middle = len(data) // 2 // 16 * 16
    start = max(0, middle - _SAMPLE_BYTES // 2)
    sample = bytes(data[start : start + _SAMPLE_BYTES])
    sizes = {_RAW: int(len(sample) * _WORTH), _ZLIB: len(zlib.compress(sample, _LEVEL))}
    if item_size > 1:
        sizes[item_size] = len(zlib.compress(b"".join(_columns(sample, item_size)), _LEVEL))
    return min(sizes, key=lambda form: sizes[form])


def _columns(data: bytes, item_size: int) -> list[bytes]:
    """A rest that is no whole item makes its columns one longer: `data[i::n]` and its inverse agree on that."""
    return [data[start::item_size] for start in range(item_size)]


def _way_of(column: bytes) -> int | None:
    """The strategy of zlib that makes a column smallest; None where none is worth it.

    Where nothing but how often each byte is there can be used, not to search for more takes half the time.
    """
    sample = column[len(column) // 2 :][:_COLUMN_SAMPLE_BYTES]
    sizes = {way: len(_deflate(sample, way)) for way in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_RLE)}
    best = min(sizes, key=lambda way: sizes[way])
    return best if sizes[best] < len(sample) * _WORTH else None


def _pack(column: bytes, way: int) -> bytes:
    """Blocks of DEFLATE that end at a whole byte and refer to nothing before them."""
    if column and column == column[:1] * len(column):
        return _pack_constant(column[0], len(column))
    return _deflate(column, way)


@functools.lru_cache(256)
def _pack_constant(value: int, count: int) -> bytes:
    return _deflate(bytes((value,)) * count, zlib.Z_RLE)


def _deflate(column: bytes, way: int) -> bytes:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, way)
    return deflate.compress(column) + deflate.flush(zlib.Z_FULL_FLUSH)


def _store(column: bytes) -> bytes:
    """As `_deflate`, without trying."""
    blocks = []
    for at in range(0, len(column), _STORED_BYTES):
        piece = column[at : at + _STORED_BYTES]
        blocks += [b"\x00", len(piece).to_bytes(2, "little"), (len(piece) ^ 0xFFFF).to_bytes(2, "little"), piece]
    return b"".join(blocks)


def _transpose_back(data: bytes, item_size: int) -> bytes | bytearray:
    if item_size == 1:
        return data
    back = bytearray(len(data))
    at = 0
    for start in range(item_size):
        column = data[at : at + len(range(start, len(data), item_size))]
        if column != bytes(len(column)):
            back[start::item_size] = column
        at += len(column)
    return back
