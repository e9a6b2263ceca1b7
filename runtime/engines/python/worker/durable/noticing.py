"""Which objects of a pickle it can matter that they are one, and which of those another pickle may hold, too.

Pure, and in C as far as it goes: a pickle may have met millions of objects. Knows nothing of variables.
"""

from __future__ import annotations

import logging
import sys
import types
import weakref
from itertools import compress
from typing import Any, Final


def noticeable(met: list[Any]) -> list[Any]:
    """The objects among these whose identity can be noticed, each as often as it was met."""
    return list(compress(met, map(_NOTICEABLE.__getitem__, map(type, met))))


class Holding:
    """Holds some objects, so that it shows in their reference counts."""

    def __init__(self, objects: list[Any]) -> None:
        self._objects = objects
        #: Each is held three times: so one in two of these has more references than one of one of these, of its owner
        #: and of its pickler.
        self._again = objects * 2

    def perhaps_shared(self) -> set[int]:
        """Ids of at least the objects that are in another `Holding`, too; all of those must exist by now."""
        # A list first, because `compress` holds the object at hand, too.
        shared = list(map(_SHARED_COUNT.__le__, map(sys.getrefcount, self._objects)))
        return set(map(id, compress(self._objects, shared)))


def _build_immutable() -> frozenset[type]:
    import datetime
    import decimal
    import fractions
    import pathlib
    import re
    import uuid

    kinds = {type(None), bool, int, float, complex, str, bytes, tuple, frozenset, range, slice, types.CodeType}
    kinds |= {types.BuiltinFunctionType, type(Ellipsis), type(NotImplemented), types.GetSetDescriptorType}
    kinds |= {datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone}
    kinds |= {decimal.Decimal, fractions.Fraction, uuid.UUID, re.Pattern, types.GenericAlias}
    kinds |= {type(pathlib.Path()), type(pathlib.PurePath()), logging.Logger, logging.RootLogger, weakref.ref}
    kinds |= {types.MethodDescriptorType, types.WrapperDescriptorType, types.MemberDescriptorType}
    return frozenset(kinds)


_IMMUTABLE: Final = _build_immutable()
_VALUES: Final = frozenset(
    {"enum.Enum", "numpy.dtype", "numpy.generic", "datetime.tzinfo", "logging.Logger", "pandas.api.extensions.ExtensionDtype"}
    | {"pandas.core.dtypes.base.ExtensionDtype", "pandas._libs.tslibs.offsets.BaseOffset", "typing._Final"}
)


class _Noticeable(dict[type, bool]):
    """For each type, whether it can matter that two of its objects are one."""

    def __missing__(self, kind: type) -> bool:
        named = (f"{each.__module__}.{each.__qualname__}" for each in type.mro(kind) if each is not type)
        by_name = issubclass(kind, (type, types.FunctionType, types.ModuleType))
        self[kind] = not (kind in _IMMUTABLE or by_name or any(name in _VALUES for name in named))
        return self[kind]


_NOTICEABLE: Final = _Noticeable()


def _count_of_shared() -> int:
    """What `getrefcount` says within `map` of an object that two `Holding` hold and nobody else."""
    held = [object()] * 6
    return next(map(sys.getrefcount, held))


_SHARED_COUNT: Final = _count_of_shared()
