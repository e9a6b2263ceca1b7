"""Whose objects can be read again for certain, once they are written, so that this need not be tried."""

from __future__ import annotations

import copyreg
from typing import Final

_LIBRARIES: Final = frozenset(
    "abc builtins numpy pandas datetime collections decimal fractions uuid pathlib re random types zoneinfo enum"
    " itertools functools operator array string hindsight_worker".split()
)
#: Functions of compiled modules, which are written by name.
_COMPILED: Final = "_cython_"
#: A class that has one of these might run code while an instance, or itself, is read.
_TELLING: Final = frozenset(
    "__new__ __reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__ __getnewargs_ex__ __slots__"
    " __setattr__ __getattr__ __getattribute__ __init_subclass__".split()
)


def can_be_read(kind: type) -> bool:
    """True for types of well-known libraries, and for plain classes, of which reading runs no code."""
    module = kind.__module__ if isinstance(kind.__module__, str) else ""
    return module.partition(".")[0] in _LIBRARIES or module.startswith(_COMPILED) or _is_plain(kind)


def _is_plain(kind: type) -> bool:
    """A class without a metaclass and without a base of another library, whose instances are a `__dict__`."""
    if type(kind) is not type or kind in copyreg.dispatch_table or kind.__hash__ not in (None, object.__hash__):
        return False
    return all(_TELLING.isdisjoint(vars(each)) for each in kind.__mro__[:-1])
