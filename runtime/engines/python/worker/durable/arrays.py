"""Arrays of numpy: large ones apart from the pickle, views with their base where others hold it, too.

A loaded array owns its memory, as the original did; its numbers are read right into it. numpy itself is never
imported here: an array that is met proves that it is there.
"""

from __future__ import annotations

import datetime
import decimal
import pickle
import sys
from collections.abc import Callable
from typing import Any, Final

from . import texts
from .context import Buffer, current
from .scope import Work

#: Smaller arrays stand in the pickle.
APART_BYTES: Final = 32_768
_BLOCK_ROWS: Final = 4_096
_PLAIN_KINDS: Final = frozenset("biufcmMSUV")
_LEAVES: Final = frozenset(
    (str, bytes, int, float, complex, bool, type(None))
    + (datetime.date, datetime.datetime, datetime.timedelta, decimal.Decimal)
)
_LEAF_NAMES: Final = frozenset({"NAType", "NaTType"})


def reduce_array(work: Work, array: Any) -> Any:
    """Reduce an exact `numpy.ndarray`.

    Args:
        work: What is being written.
        array: The array.

    Returns:
        As of `__reduce__`; NotImplemented where numpy's own way will do.
    """
    unit = work.unit
    base = _base(array)
    if base is not None and id(base) in work.scope.kept_bases:
        return make_view, _view_of(base, array)
    if base is not None:
        unit.copied_views.append((base, array))
    unit.arrays.add(id(array))
    if array.dtype.hasobject:
        return _reduce_objects(work, array)
    if array.dtype.kind not in _PLAIN_KINDS or array.nbytes == 0:
        return NotImplemented
    order = "F" if array.flags.fnc else "C"
    flags = (array.dtype, array.shape, order, array.flags.writeable)
    if array.nbytes < APART_BYTES:
        return make_array, (bytes(_bytes_of(array, order)), *flags)
    unit.buffers += _once(work, array, lambda: [_numbers(array, order)]) or []
    return make_array, (len(unit.buffers) - 1, *flags)


def make_array(content: bytes | int, dtype: Any, shape: tuple[int, ...], order: str, writeable: bool) -> Any:
    """In pickles: an array from its bytes, or from the buffer with a number."""
    numpy = sys.modules["numpy"]
    array = numpy.empty(shape, dtype, order)
    memory = _bytes_of(array, order)
    if isinstance(content, int):
        current().read_into(content, memory)
    else:
        memory[:] = content
    if not writeable:
        array.flags.writeable = False
    return array


def make_view(
    base: Any, dtype: Any, shape: tuple[int, ...], offset: int, strides: tuple[int, ...], writeable: bool
) -> Any:
    """In pickles: a view of another array."""
    numpy = sys.modules["numpy"]
    flat = base.reshape(-1, order="F" if base.flags.fnc else "C")
    if dtype.hasobject:
        tail = flat[offset // dtype.itemsize :]
        view = numpy.lib.stride_tricks.as_strided(tail, shape, strides)
    else:
        view = numpy.ndarray(shape, dtype, flat.view(numpy.uint8), offset, strides)
    if not writeable:
        view.flags.writeable = False
    return view


def make_objects(first: int, count: int, shape: tuple[int, ...], order: str) -> Any:
    """In pickles: an array of Python objects whose blocks are buffers."""
    numpy = sys.modules["numpy"]
    array = numpy.empty(shape, object, order)
    flat = array.reshape(-1, order=order)
    at = 0
    for pickled in current().read_each(first, count):
        block = pickle.loads(pickled)
        flat[at : at + len(block)] = block
        at += len(block)
    return array


def _reduce_objects(work: Work, array: Any) -> Any:
    """Blocks of rows, each a pickle of its own: a change in one of them leaves the others as they are."""
    if array.dtype.kind != "O" or array.size < _BLOCK_ROWS or not array.flags.writeable:
        return NotImplemented
    order = "F" if array.flags.fnc else "C"
    blocks = _once(work, array, lambda: _blocks(array, order))
    if blocks is None:
        return NotImplemented
    first = len(work.unit.buffers)
    work.unit.buffers += blocks
    return make_objects, (first, len(blocks), array.shape, order)


def _once(work: Work, array: Any, make: Callable[[], list[Buffer] | None]) -> list[Buffer] | None:
    """What `make` gives, for the whole save: an array may be pickled again with others, or be a new view each time."""
    place = (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype)
    if place not in work.scope.made:
        # With the array, so that nothing else comes to stand in its place.
        work.scope.made[place] = array, make()
    return work.scope.made[place][1]


def _numbers(array: Any, order: str) -> Buffer:
    return Buffer(_bytes_of(array, order), array.dtype.itemsize if array.dtype.kind != "V" else 1, plain=False)


def _blocks(array: Any, order: str) -> list[Buffer] | None:
    """The pickles of the rows; None where there is more in them than values."""
    flat = array.ravel(order=order)
    blocks = []
    for at in range(0, array.size, _BLOCK_ROWS):
        rows = flat[at : at + _BLOCK_ROWS].tolist()
        kinds = set(map(type, rows))
        if not all(kind in _LEAVES or kind.__name__ in _LEAF_NAMES for kind in kinds):
            return None
        blocks.append(Buffer(texts.dump(rows) if kinds == {str} else pickle.dumps(rows, 5), 1, plain=False))
    return blocks


def _bytes_of(array: Any, order: str) -> memoryview:
    """The memory of an array, or of a copy where it has gaps, as bytes."""
    numpy = sys.modules["numpy"]
    flat = array.reshape(-1, order=order)
    if not flat.flags.c_contiguous:
        flat = numpy.ascontiguousarray(flat)
    return memoryview(flat.view(numpy.uint8)) if flat.flags.writeable else memoryview(flat.view(numpy.uint8))


def _base(array: Any) -> Any:
    """The array that owns the memory of a view; None for one that owns its own, or has it from elsewhere."""
    kind = type(array)
    base = array.base
    while type(base) is kind and type(base.base) is kind:
        base = base.base
    if type(base) is not kind or base.dtype.hasobject != array.dtype.hasobject:
        return None
    return base if base.flags.c_contiguous or base.flags.f_contiguous else None


def _view_of(base: Any, array: Any) -> tuple[Any, ...]:
    address = array.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return base, array.dtype, array.shape, address, array.strides, array.flags.writeable
