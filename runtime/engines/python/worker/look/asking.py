"""What an object says of itself when its own code may run. Called only within a throw-away fork."""

from __future__ import annotations

import sys
from typing import Any, Final

from .preview import cut_lines, one_line

_MOST_COLUMNS: Final = 200
_MOST_ROWS: Final = 10


def describe(obj: Any) -> dict[str, Any]:
    """Ask an object for its `repr`, length, shape, dtype and columns.

    Args:
        obj: Any object; its code runs.

    Returns:
        The fields of `info` that it could tell; what fails is left out.
    """
    return _told(obj, *_QUESTIONS)


def describe_briefly(obj: Any) -> dict[str, Any]:
    """Ask an object for its `repr` in one line, length, shape and dtype.

    Args:
        obj: Any object; its code runs.

    Returns:
        `value` and what else it could tell.
    """
    return {"value": one_line(obj, 200, _repr_line), **_told(obj, "length", "shape", "dtype")}


def _repr_line(obj: object) -> str:
    return str.__str__(repr(obj))[:1_000]


def _told(obj: Any, *fields: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for field in fields:
        ask = _QUESTIONS[field]
        try:
            value = ask(obj)
        except Exception:  # noqa: BLE001 - the user's code raised; the other questions are still asked
            continue
        if value is not None:
            told[field] = value
    return told


def _preview(obj: Any) -> str:
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(obj, pandas.DataFrame):
        return cut_lines(
            obj.head(_MOST_ROWS).to_string(max_cols=12, line_width=118, max_colwidth=30, show_dimensions=False)
        )
    if pandas is not None and isinstance(obj, pandas.Series):
        return cut_lines(obj.head(_MOST_ROWS).to_string(length=False, dtype=False, name=False))
    return cut_lines(str.__str__(repr(obj)))


def _length(obj: Any) -> int | None:
    return len(obj) if hasattr(type(obj), "__len__") else None


def _shape(obj: Any) -> list[int] | None:
    shape = getattr(obj, "shape", None)
    if not isinstance(shape, tuple) or not all(isinstance(size, int) and size >= 0 for size in shape):
        return None
    return [int(size) for size in shape]


def _dtype(obj: Any) -> str | None:
    dtype = getattr(obj, "dtype", None)
    return None if dtype is None else str(dtype)[:200]


def _columns(obj: Any) -> list[dict[str, str]] | None:
    columns, dtypes = getattr(obj, "columns", None), getattr(obj, "dtypes", None)
    if columns is None or dtypes is None:
        return None
    types = dtypes.values() if isinstance(dtypes, dict) else dtypes
    pairs = zip(list(columns)[:_MOST_COLUMNS], list(types))
    return [{"name": str(name)[:200], "dtype": str(dtype)[:200]} for name, dtype in pairs]


_QUESTIONS = {"preview": _preview, "length": _length, "shape": _shape, "dtype": _dtype, "columns": _columns}
