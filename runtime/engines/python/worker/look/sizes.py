"""How much memory a value takes, estimated quickly and without running code of its class.

Of a large container a few elements are weighed and stand for the others. What two values share is counted for both.
"""

from __future__ import annotations

import sys
import types
from collections import deque
from itertools import islice
from typing import Any, Final

from . import libraries
from .classes import Kinds, is_class, type_dict, type_mro
from .statics import instance_dict, is_module

_SAMPLE: Final = 50
_DEEPEST: Final = 5
#: How many objects are weighed for one value.
_MOST_OBJECTS: Final = 2_000
_ATOMS: Final = Kinds(int, float, complex, bool, str, bytes, bytearray, type(None), range, types.FunctionType)


def size_of(obj: object) -> int:
    """Estimate what an object and all that it holds takes.

    Args:
        obj: Any object.

    Returns:
        Bytes; of an array those of its elements, of a frame those of its columns.
    """
    return _Scales().weigh(obj, 0)


class _Scales:
    def __init__(self) -> None:
        self._left = _MOST_OBJECTS
        self._open: set[int] = set()

    def weigh(self, obj: Any, depth: int) -> int:
        cls = type(obj)
        if cls in _ATOMS:
            return sys.getsizeof(obj)
        self._left -= 1
        own = shallow(obj)
        if depth >= _DEEPEST or self._left <= 0 or id(obj) in self._open or is_class(obj) or is_module(obj):
            return own
        self._open.add(id(obj))
        try:
            return own + self._contents(obj, cls, depth + 1)
        finally:
            self._open.discard(id(obj))

    def _contents(self, obj: Any, cls: type, depth: int) -> int:
        if libraries.kind(obj) is not None:
            return 0
        total = 0
        for kind in (list, tuple, set, frozenset, deque):
            if issubclass(cls, kind):
                total += self._elements(_spread(obj, kind), kind.__len__(obj), depth)
        if issubclass(cls, dict):
            pairs = islice(dict.items(obj), _SAMPLE)
            total += self._elements([part for pair in pairs for part in pair], 2 * dict.__len__(obj), depth)
        attributes = instance_dict(obj)
        if attributes:
            total += sys.getsizeof(attributes) if type(attributes) is dict else 0
            total += self._elements([*islice(dict.values(attributes), _SAMPLE)], len(attributes), depth)  # type: ignore[arg-type]
        return total

    def _elements(self, sample: list[Any], total: int, depth: int) -> int:
        if not sample:
            return 0
        weight = sum(self.weigh(each, depth) for each in sample)
        return weight * total // len(sample)


def shallow(obj: Any) -> int:
    """Give the bytes of an object itself, of an array's elements, of a frame's columns."""
    known = libraries.kind(obj)
    try:
        if known is not None:
            return _library_size(obj, known)
        for base in type_mro(type(obj)):
            measure = type_dict(base).get("__sizeof__")
            # A class made by Python code may have one of its own, which is not asked.
            if type(measure) is types.MethodDescriptorType:
                return int(measure(obj))
        return 0
    except Exception:  # noqa: BLE001 - a library that cannot say it; an estimate is not worth a failure
        return 0


def _library_size(obj: Any, known: tuple[str, str]) -> int:
    library, name = known
    if library == "numpy":
        return int(obj.nbytes) + (_sampled(obj.ravel()[:_SAMPLE].tolist(), obj.size) if obj.dtype.hasobject else 0)
    if library == "polars":
        return int(obj.estimated_size())
    if name == "DataFrame":
        return int(obj.memory_usage(deep=False).sum()) + sum(_held(obj.iloc[:, i]) for i in _object_columns(obj))
    if name == "Series":
        return int(obj.memory_usage(deep=False)) + (_held(obj) if obj.dtype == object else 0)
    return int(obj.memory_usage(deep=False))


def _object_columns(frame: Any) -> list[int]:
    return [index for index, dtype in enumerate(frame.dtypes) if dtype == object][:_SAMPLE]  # noqa: E721 - as numpy compares its own


def _held(series: Any) -> int:
    total = series.shape[0]
    step = max(1, total // _SAMPLE)
    return _sampled(series.iloc[::step].tolist(), total)


def _sampled(values: list[Any], total: int) -> int:
    return sum(map(shallow, values)) * total // len(values) if values else 0


def _spread(obj: Any, kind: Any) -> list[Any]:
    """Give some elements from all over a container, as far as that is cheap."""
    total = kind.__len__(obj)
    if kind in (list, tuple) and total > _SAMPLE:
        return [kind.__getitem__(obj, total * index // _SAMPLE) for index in range(_SAMPLE)]
    return [*islice(kind.__iter__(obj), _SAMPLE)]
