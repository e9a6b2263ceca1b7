"""How the portraits of two arrays, frames or series differ: shape, rows, columns, cells. Uses numpy where it is loaded."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from .classes import class_name
from .likeness import Comparison, shown
from .portraits import Sketch
from .preview import cut
from .table_cells import text_of

MOST_CELLS: Final = 50
_CELL: Final = 120

_NO_TIME: Final = re.compile(r"(T00:00:00)?\.0+$|T00:00:00$")

Told = dict[str, Any]


def compare_arrays(before: Sketch, after: Sketch, comparison: Comparison) -> Told:
    """Say how two arrays differ: in shape, in type, or in how many elements and by how much."""
    (dtype, shape, _), (dtype_after, shape_after, _) = before.about, after.about
    if shape != shape_after:
        return {"summary": f"shape {shape} → {shape_after}"}
    if dtype != dtype_after:
        return {"summary": f"dtype {_dtype(dtype)} → {_dtype(dtype_after)}"}
    one, other = array_of(before), array_of(after)
    if type(one) is list:
        different = [i for i, (a, b) in enumerate(zip(one, other)) if not comparison.same(a, b)]
        largest = ""
    else:
        numpy = sys.modules["numpy"]
        different = numpy.flatnonzero(_differ(one, other))
        largest = _largest(one, other, different)
    total = len(one)
    cells = [
        {"row": _place(int(at), shape), "column": "", "before": _text(one[at]), "after": _text(other[at])}
        for at in different[:MOST_CELLS]
    ]
    return {"summary": f"{len(different):,} of {total:,} elements{largest}", "cells": cells}


def compare_frames(before: Sketch, after: Sketch, comparison: Comparison) -> Told:
    """Say how two frames, or two series, differ: rows and columns added and removed, and cells changed."""
    one, other = _Frame(before), _Frame(after)
    names = [name for name in other.columns if name in one.columns]
    added = [name for name in other.columns if name not in one.columns]
    removed = [name for name in one.columns if name not in other.columns]
    rows = _paired(one, other, comparison)
    cells: list[dict[str, str]] = []
    changed: list[str] = []
    count = 0
    retyped = []
    for name in names:
        left, right = one.columns[name], other.columns[name]
        if left.dtype != right.dtype:
            retyped.append(f"{name}: {left.dtype} → {right.dtype}")
        different = _different(left.values, right.values, rows, comparison)
        count += len(different)
        if different:
            changed.append(name)
        for at in different[: MOST_CELLS - len(cells)]:
            a, b = rows.before[at], rows.after[at]
            told = {"before": _text(left.values[a]), "after": _text(right.values[b])}
            cells.append({"row": cut(_text(other.labels[b]), _CELL), "column": cut(name, _CELL), **told})
    parts = [
        _count(rows.added, "row", "added"),
        _count(rows.removed, "row", "removed"),
        _named(added, "added"),
        _named(removed, "removed"),
        f"{_count(count, 'cell', 'changed')} in {_list(changed)}" if count and before.kind == "frame" else "",
        _count(count, "element", "changed") if before.kind == "series" else "",
        *retyped[:3],
    ]
    told = ", ".join(part for part in parts if part)
    return {"summary": cut(told, 200) or "another order or other labels", "cells": cells}


def array_of(sketch: Sketch) -> Any:
    """Give the flat array that a sketch is of; a list of portraits where its elements are objects."""
    dtype, _, content = sketch.about
    if sketch.state is not None:
        return sketch.state
    numpy = sys.modules["numpy"]
    return numpy.frombuffer(content, dtype=ast.literal_eval(dtype) if dtype.startswith("[") else dtype)


class _Column(NamedTuple):
    dtype: str
    values: Any


class _Rows(NamedTuple):
    """Positions of the rows that both frames have, in each of them, and how many only one has."""

    before: Sequence[int]
    after: Sequence[int]
    added: int
    removed: int


class _Frame:
    def __init__(self, sketch: Sketch) -> None:
        if sketch.kind == "series":
            name, self.index, _, values = sketch.state
            self.columns = {"" if name is None else _text(name): _column(values)}
        else:
            columns, self.index, _, values = sketch.state
            labels = [_text(label) for label in _labels(columns)]
            self.columns = {label: _column(each) for label, each in zip(labels, values)}
        self.rows: int = sketch.about[0]
        self._labels: Any = None

    @property
    def labels(self) -> Any:
        if self._labels is None:
            self._labels = _labels(self.index)
        return self._labels


def _column(value: Any) -> _Column:
    if type(value) is Sketch:
        return _Column(_dtype(value.about[0]), array_of(value))
    dtype, first, *more = value
    if len(more) == 2:
        labels = [*_labels(more[0]), None]
        return _Column(dtype, [labels[code] for code in array_of(first).tolist()])
    if len(more) == 1:
        masked = array_of(more[0]).tolist()
        return _Column(dtype, [None if gone else each for each, gone in zip(array_of(first).tolist(), masked)])
    return _Column(dtype, array_of(first) if type(first) is Sketch else first)


def _labels(index: Any) -> Any:
    """Give the labels of an index, from its portrait."""
    if index.kind == "range-index":
        return range(*index.about)
    if index.kind == "multi-index":
        _, levels, codes = index.state
        parts = [[*_labels(level), None] for level in levels]
        columns = [[part[code] for code in array_of(each).tolist()] for part, each in zip(parts, codes)]
        return list(zip(*columns))
    values = index.state[1] if index.kind == "index" else index.state
    column = _column(values)
    return column.values if type(column.values) is list else column.values.tolist()


def _paired(one: _Frame, other: _Frame, comparison: Comparison) -> _Rows:
    shorter = min(one.rows, other.rows)
    ranges = one.index.kind == other.index.kind == "range-index"
    if ranges and one.index.about[::2] == other.index.about[::2] or comparison.same(one.index, other.index):
        return _Rows(range(shorter), range(shorter), other.rows - shorter, one.rows - shorter)
    places = _places(one.labels)
    places_after = _places(other.labels)
    if places is None or places_after is None:
        return _Rows(range(shorter), range(shorter), other.rows - shorter, one.rows - shorter)
    both = [label for label in places_after if label in places]
    before, after = [places[label] for label in both], [places_after[label] for label in both]
    return _Rows(before, after, other.rows - len(both), one.rows - len(both))


def _places(labels: Any) -> dict[Any, int] | None:
    """Give the place of each label; None where two rows have the same."""
    try:
        places = {label: place for place, label in enumerate(labels)}
    except TypeError:
        return None
    return places if len(places) == len(labels) else None


def _different(left: Any, right: Any, rows: _Rows, comparison: Comparison) -> list[int]:
    """Give the indices into the paired rows at which two columns differ."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(left) is type(right) is numpy.ndarray:
        whole = type(rows.before) is range
        a = left[: len(rows.before)] if whole else left[numpy.asarray(rows.before, dtype="int64")]
        b = right[: len(rows.after)] if whole else right[numpy.asarray(rows.after, dtype="int64")]
        found: list[int] = numpy.flatnonzero(_differ(a, b)).tolist()
        return found
    pairs = zip(rows.before, rows.after)
    if type(left) is not list or type(right) is not list:
        left, right = (each if type(each) is list else each.tolist() for each in (left, right))
    return [at for at, (a, b) in enumerate(pairs) if not comparison.same(left[a], right[b])]


def _differ(one: Any, other: Any) -> Any:
    numpy = sys.modules["numpy"]
    if one.dtype.names is not None or one.dtype.kind == "V":
        raw = numpy.ascontiguousarray(one).view(f"V{one.itemsize}"), numpy.ascontiguousarray(other)
        return numpy.array([a.tobytes() != b.tobytes() for a, b in zip(raw[0], raw[1].view(f"V{other.itemsize}"))])
    with numpy.errstate(all="ignore"):
        different = one != other
        if one.dtype.kind in "fcmM" and other.dtype.kind in "fcmM":
            different &= ~((one != one) & (other != other))
    return different


def _largest(one: Any, other: Any, different: Any) -> str:
    if one.dtype.kind not in "biufc" or not len(different):
        return ""
    numpy = sys.modules["numpy"]
    with numpy.errstate(all="ignore"):
        exact = one.dtype.kind in "biu"
        a, b = one[different], other[different]
        if exact and (one.dtype.kind == "u" or one.dtype.itemsize == 8):
            gaps = numpy.where(a > b, a, b) - numpy.where(a > b, b, a)
            gaps = gaps.view(f"u{one.dtype.itemsize}")
        else:
            gaps = numpy.abs(a.astype("int64") - b.astype("int64")) if exact else numpy.abs(a - b)
        largest = numpy.nanmax(gaps) if not numpy.isnan(gaps).all() else None
    return "" if largest is None else f", largest difference {_amount(largest.item())}"


def _amount(value: Any) -> str:
    return f"{value:,}" if type(value) is int else f"{value:.6g}"


def _place(at: int, shape: tuple[int, ...]) -> str:
    places = []
    for size in reversed(shape):
        at, place = divmod(at, size)
        places.append(place)
    return "[" + ", ".join(str(place) for place in reversed(places)) + "]"


def _text(value: Any) -> str:
    if type(value) is Sketch or type(value) in (list, tuple, dict):
        return shown(value, _CELL) if type(value) is not tuple else ", ".join(map(_text, value))
    cls = class_name(type(value))
    if cls == "void":
        return cut(str(value.item()), _CELL)
    # A time of numpy has all its nanoseconds, and mostly they are none.
    text = text_of(value)
    return cut(_NO_TIME.sub("", text) if cls == "datetime64" else text, _CELL)


def _dtype(dtype: str) -> str:
    numpy = sys.modules.get("numpy")
    return dtype if numpy is None or dtype.startswith("[") else str(numpy.dtype(dtype))


def _count(number: int, noun: str, what: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'} {what}" if number else ""


def _named(names: list[str], what: str) -> str:
    if not names:
        return ""
    return f"column{'s' if len(names) > 1 else ''} {_list(names)} {what}"


def _list(names: list[str]) -> str:
    told = ", ".join(names[:3])
    return told if len(names) <= 3 else f"{told} and {len(names) - 3} more"
