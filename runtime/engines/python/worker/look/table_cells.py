"""How the cells of a table are written, found and put in order. Runs no user code.

Values of well-known immutable types are written and compared by their own code; of all others it is said only what
`preview` says, and `tables` may ask the rest in a throw-away fork.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final

from .classes import Kinds, class_name, module_name
from .preview import cut, one_line

MOST_COLUMNS: Final = 200
_NUMBERS: Final = Kinds(int, float, bool)
#: Modules whose classes are immutable and compare and print by their own code.
_TRUSTED: Final = frozenset({"pandas", "numpy", "datetime", "decimal", "fractions", "uuid"})


def text_of(value: Any) -> str:
    """Write a cell.

    Args:
        value: What is in it.

    Returns:
        A text without quotes, a number with at most 10 digits where it has a fraction, else as `preview` says.
    """
    cls = type(value)
    if cls is str:
        return cut(value[:400], MOST_COLUMNS)
    if cls is float:
        return _float(value)
    if value is None or cls is int or cls is bool:
        return one_line(value, MOST_COLUMNS)
    if is_trusted(cls):
        return _float(float(value)) if class_name(cls) in _FLOATS else cut(str(value), MOST_COLUMNS)
    return one_line(value, MOST_COLUMNS)


def is_trusted(cls: type) -> bool:
    """Tell whether values of a class may be printed and compared: the class is a well-known library's very own."""
    module = module_name(cls)
    if module.partition(".")[0] not in _TRUSTED or class_name(cls) in ("ndarray", "void", "DataFrame", "Series"):
        return False
    loaded = sys.modules.get(module)
    return loaded is not None and vars(loaded).get(class_name(cls)) is cls


def order_of(values: Sequence[Any], *, descending: bool) -> list[int]:
    """Put values in order.

    Args:
        values: Of any types.
        descending: Largest first.

    Returns:
        Their indices; equal ones stay as they were, and what is missing (None, NaN) comes last in both directions.
        Values that cannot be compared without a user's code are ordered by what is shown of them.
    """
    kinds = _kinds(values)
    keyed: Any = values
    if not _comparable(kinds):
        keyed = [None if _is_missing(value) else text_of(value) for value in values]
    there = [index for index, value in enumerate(keyed) if not _is_missing(value)]
    gone = [index for index, value in enumerate(keyed) if _is_missing(value)] if len(there) < len(keyed) else []
    return sorted(there, key=keyed.__getitem__, reverse=descending) + gone


def rows_with(values: Sequence[Any], needle: str) -> list[int]:
    """Find the values whose text contains another.

    Args:
        values: Of any types.
        needle: In small letters; case does not count.

    Returns:
        Their indices.
    """
    kinds = _kinds(values)
    if all(cls is str for cls in kinds):
        return [index for index, value in enumerate(values) if needle in value.lower()]
    written = _WRITTEN.get(id(kinds[0])) if len(kinds) == 1 else None
    if written is None:
        return [index for index, value in enumerate(values) if needle in text_of(value).lower()]
    characters, write = written
    # Most of what is looked for are words, and no number has those.
    if not characters.issuperset(needle):
        return []
    return [index for index, value in enumerate(values) if needle in write(value)]


def _kinds(values: Sequence[Any]) -> list[type]:
    """Give each type once, told apart by identity: a metaclass may have its own `==` and `hash`."""
    kinds = list(map(type, values))
    return list(dict(zip(map(id, kinds), kinds)).values())


def _comparable(kinds: list[type]) -> bool:
    """Tell whether all values of some classes compare with each other, by C's or a library's own code."""
    present = [cls for cls in kinds if cls is not type(None) and class_name(cls) not in ("NAType", "NaTType")]
    if all(cls in _NUMBERS for cls in present):
        return True
    # A float among texts is what pandas has for a missing one; if it is not NaN, the texts decide.
    if len(present) != 1:
        return False
    (cls,) = present
    return cls is str or cls is bytes or (is_trusted(cls) and module_name(cls).partition(".")[0] != "numpy")


def _is_missing(value: Any) -> bool:
    cls = type(value)
    return value is None or (cls is float and value != value) or class_name(cls) in ("NAType", "NaTType")


def _float(value: float) -> str:
    if value != value:
        return "NaN"
    text = repr(value)
    return text if len(text) <= 12 else f"{value:.10g}"


_WRITTEN: Final = {
    id(int): (frozenset("-0123456789"), str),
    id(float): (frozenset("-+.0123456789einfa"), lambda value: _float(value).lower()),
}
_FLOATS: Final = frozenset({"float64", "float32", "float16"})
