"""What is known of the objects of well-known libraries, so that looking at them is safe and says more.

Only objects of exactly these classes count: a subclass may be a user's code. A library that the session has
not imported is never imported from here.
"""

from __future__ import annotations

import sys
import types
from typing import Any, Final

from .classes import Kinds, class_name, is_made_in_c, module_name, type_dict

#: Says that an object is none of those known here, or the attribute none of those followed.
UNKNOWN: Final = object()

_INDEX: Final = frozenset({"name", "names", "dtype", "shape", "size", "ndim", "nlevels", "is_unique"})
#: Properties that are cheap and run none but the library's code, by module and class.
_FOLLOWED: Final[dict[str, dict[str, frozenset[str]]]] = {
    "pandas": {
        "DataFrame": frozenset(
            {
                "columns",
                "index",
                "dtypes",
                "shape",
                "size",
                "ndim",
                "empty",
                "loc",
                "iloc",
                "at",
                "iat",
                "plot",
            }
        ),
        "Series": frozenset(
            {
                "index",
                "name",
                "dtype",
                "shape",
                "size",
                "ndim",
                "empty",
                "loc",
                "iloc",
                "at",
                "iat",
                "str",
                "dt",
                "cat",
                "plot",
                "array",
            }
        ),
        "Index": _INDEX,
        "RangeIndex": _INDEX,
        "DatetimeIndex": _INDEX,
        "MultiIndex": _INDEX,
        "CategoricalIndex": _INDEX,
    },
    "numpy": {
        "ndarray": frozenset(
            {
                "T",
                "shape",
                "dtype",
                "size",
                "ndim",
                "real",
                "imag",
                "flat",
                "flags",
                "nbytes",
                "itemsize",
                "strides",
            }
        ),
    },
    "polars": {
        "DataFrame": frozenset({"columns", "dtypes", "schema", "shape", "height", "width"}),
        "Series": frozenset({"dtype", "name", "shape", "str", "dt", "list", "cat"}),
    },
}
_LABELS: Final = Kinds(str, int, float, bool)
_PLAIN: Final = Kinds(
    int, float, complex, bool, str, bytes, bytearray, range, slice, list, tuple, dict, set, frozenset,
    memoryview, type(None), type(len), type(lambda: None), type(sys),
)  # fmt: skip
_PLAIN_MODULES: Final = frozenset({"datetime", "decimal", "array", "re", "numpy", "_io", "io", "collections"})
_MOST_KEYS: Final = 5_000


def kind(obj: object) -> tuple[str, str] | None:
    """Tell which known class an object is exactly of.

    Args:
        obj: Any object.

    Returns:
        Library and class, such as `("pandas", "DataFrame")`, or None.
    """
    cls = type(obj)
    library = module_name(cls).partition(".")[0]
    classes = _FOLLOWED.get(library)
    name = class_name(cls) if classes else ""
    if classes is None or name not in classes:
        return None
    module = sys.modules.get(library)
    if type(module) is not types.ModuleType or module.__dict__.get(name) is not cls:
        return None
    return library, name


def attribute(obj: object, name: str) -> Any:
    """Give an attribute of a known object that is safe to follow, a column of a frame too.

    Args:
        obj: Any object.
        name: The attribute.

    Returns:
        Its value, or UNKNOWN.
    """
    known = kind(obj)
    if known is None:
        return UNKNOWN
    library, cls = known
    try:
        if name in _FOLLOWED[library][cls]:
            return getattr(obj, name)
        if known == ("pandas", "DataFrame") and name not in type_dict(type(obj)) and name in columns(obj):
            return obj[name]  # type: ignore[index]
    except Exception:  # noqa: BLE001 - a library may refuse (`.str` of numbers); then nothing is known
        return UNKNOWN
    return UNKNOWN


def item(obj: object, key: object) -> Any:
    """Give the item of a known object under a constant, where that is cheap: a column, a field, a row.

    Args:
        obj: Any object.
        key: A str or an int.

    Returns:
        The item, or UNKNOWN.
    """
    known = kind(obj)
    try:
        if known in (("pandas", "DataFrame"), ("polars", "DataFrame")) and type(key) is str:
            return obj[key] if key in columns(obj) else UNKNOWN  # type: ignore[index]
        if known == ("numpy", "ndarray") and not _has_objects(obj):
            return obj[key]  # type: ignore[index]
        if known == ("pandas", "Series") and type(key) is str and key in item_keys(obj):
            return obj[key]  # type: ignore[index]
    except Exception:  # noqa: BLE001 - no such item, or one that the library refuses to give
        return UNKNOWN
    return UNKNOWN


def columns(obj: object) -> list[str]:
    """Give the names of a frame's columns, or of a structured array's fields, that are texts.

    Args:
        obj: Any object.

    Returns:
        At most 5,000 names in their order; none for an object that is no frame.
    """
    known = kind(obj)
    if known is None:
        return []
    if known == ("pandas", "DataFrame"):
        return _labels(obj.columns)  # type: ignore[attr-defined]
    if known == ("polars", "DataFrame"):
        return list(obj.columns[:_MOST_KEYS])  # type: ignore[attr-defined]
    if known == ("numpy", "ndarray"):
        return list(obj.dtype.names or ())  # type: ignore[attr-defined]
    return []


def all_columns(frame: Any) -> list[str]:
    """Give the names of all columns of a known frame as texts, at most 200; what is no text or number is `?`."""
    names = frame.columns[:200]
    labels = names if type(names) is list else names.tolist()
    return [str(label) if type(label) in _LABELS else _tuple_label(label) for label in labels]


def item_keys(obj: object, dimension: int = 0) -> list[str]:
    """Give the texts that an object of a library can be subscripted with.

    Args:
        obj: Any object.
        dimension: 1 behind a comma, as in `frame.loc[rows, "`.

    Returns:
        Names of columns or fields, or labels of rows.
    """
    known = kind(obj)
    if known == ("pandas", "Series"):
        return _labels(obj.index)  # type: ignore[attr-defined]
    if known is not None:
        return columns(obj)
    frame = _located(obj)
    if frame is None or kind(frame) is None:
        return []
    return columns(frame) if dimension == 1 else _labels(frame.index)  # type: ignore[attr-defined]


def is_plain(obj: object) -> bool:
    """Tell whether an object's own C properties, such as `int.real`, run no user's code."""
    cls = type(obj)
    return cls in _PLAIN or (is_made_in_c(cls) and module_name(cls).partition(".")[0] in _PLAIN_MODULES)


def _located(obj: object) -> object | None:
    """Give the object behind a pandas `loc` or `at`, else None."""
    cls = type(obj)
    if module_name(cls) != "pandas.core.indexing" or class_name(cls) not in ("_LocIndexer", "_AtIndexer"):
        return None
    return getattr(obj, "obj", None)


def _tuple_label(label: object) -> str:
    """Write a label of a MultiIndex as `a, b`."""
    if type(label) is not tuple:
        return "?"
    return ", ".join(str(part) if type(part) in _LABELS else "?" for part in label)


def _labels(index: Any) -> list[str]:
    if index.nlevels > 1:
        index = index.levels[0]
    if index.dtype.kind not in "OTU" and str(index.dtype) not in ("str", "string", "category"):
        return []
    return [label for label in index[:_MOST_KEYS].tolist() if type(label) is str]


def _has_objects(obj: Any) -> bool:
    return bool(obj.dtype.hasobject)
