"""How the bytes of one object stand in its file: as they are, or compressed. Pure; knows no files.

One byte of header: 0 as they are, 1 zlib, and N from 2 on for numbers of N bytes, which are transposed before they
are compressed (all first bytes, then all second bytes, …): that makes many arrays several times smaller.
"""

from __future__ import annotations

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


def encode(data: memoryview, item_size: int) -> list[bytes | memoryview]:
    """Give the parts of an object's file.

    Args:
        data: The object's content, at least one byte.
        item_size: Size of the numbers in it, in bytes; 1 where it holds none.
    """
    form = _choose(data, item_size if item_size <= _MOST_ITEM_BYTES else 1)
    if form == _RAW:
        return [bytes((_RAW,)), data]
    packed = zlib.compress(data, _LEVEL) if form == _ZLIB else _pack_columns(data, form)
    return [bytes((form,)), packed] if len(packed) < len(data) * _WORTH else [bytes((_RAW,)), data]


def decode(stored: bytes) -> bytes:
    """Give the content of an object whose file holds `stored`.

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
        data = zlib.decompress(memoryview(stored)[1:])
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


def _pack_columns(data: memoryview, item_size: int) -> bytes:
    """One zlib stream of all columns; those that would not get smaller are stored in it, which takes no time."""
    packed = [b"\x78\x01"]
    check = 1
    columns = _columns(bytes(data), item_size)
    for index, column in enumerate(columns):
        check = zlib.adler32(column, check)
        sample = column[len(column) // 2 :][:_COLUMN_SAMPLE_BYTES]
        worth = len(zlib.compress(sample, _LEVEL)) < len(sample) * _WORTH
        deflate = zlib.compressobj(_LEVEL if worth else 0, zlib.DEFLATED, -zlib.MAX_WBITS)
        last = index == len(columns) - 1
        packed += [deflate.compress(column), deflate.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)]
    return b"".join([*packed, check.to_bytes(4, "big")])


def _transpose_back(data: bytes, item_size: int) -> bytes:
    if item_size == 1:
        return data
    back = bytearray(len(data))
    at = 0
    for start in range(item_size):
        count = len(range(start, len(data), item_size))
        back[start::item_size] = data[at : at + count]
        at += count
    return bytes(back)
