"""What all pickles of one save share, and what a reducer is told beside its object."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from .context import Buffer, Key, Unit


class Scope:
    """What all pickles of one save share."""

    def __init__(self, main: dict[str, Any], values: dict[Key, Any]) -> None:
        self.main = main
        self.values = values
        #: Ids of values that other pickles refer to.
        self.referable: dict[int, Key] = {}
        #: Ids of arrays whose views are written as views.
        self.kept_bases: set[int] = set()
        #: Arrays by where they are, and the buffers that were made of them, if any could be.
        self.made: dict[Any, tuple[Any, list[Buffer] | None]] = {}
        self.kinds: set[type] = set()
        self.modules: set[str] = set()
        self.files: set[str] = set()
        self.reducers: dict[type, tuple[Reducer | None, bool]] = {}
        for key, value in values.items():
            if type(value) not in _PLAIN and id(value) not in self.referable:
                self.referable[id(value)] = key
                if type(value).__module__ == "numpy":
                    self.kept_bases.add(id(value))


class Work(NamedTuple):
    """What a reducer is told beside its object."""

    scope: Scope
    unit: Unit


Reducer = Callable[[Work, Any], Any]

_PLAIN: Final = frozenset(
    (type(None), bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)
    + (type(Ellipsis), type(NotImplemented), types.BuiltinFunctionType, types.ModuleType)
)
