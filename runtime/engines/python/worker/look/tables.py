"""Answers `table`: a rectangle of a frame, an array or a list of rows, sorted and filtered as asked.

Only the rectangle is written. An order that was found once is kept, where nothing can change any more: in a shadow.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import throwaway
from .asking import describe_briefly
from .asking_many import ask_each
from .namespace import follow, type_of
from .preview import cut
from .statics import MISSING
from .table_cells import MOST_COLUMNS, order_of, rows_with, text_of
from .table_sources import Source, source_of

_MOST_ROWS: Final = 1_000
_MOST_COLUMNS: Final = 200
_MOST_ASKED: Final = 400
_KEPT: Final = 4
_SLICE: Final = 50_000
#: By the table and the question; with the object itself, so that its id stays its own.
_orders: OrderedDict[tuple[Any, ...], tuple[object, Sequence[int]]] = OrderedDict()


def has_table(obj: object) -> bool:
    """Tell whether `table` can show an object."""
    try:
        return source_of(obj) is not None
    except Exception:  # noqa: BLE001 - a library that fails over an object of its own shows none
        return False


def table(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the operation `table`.

    Args:
        namespace: The session's; not changed.
        request: `path`, and as in the protocol `start`, `count`, `column_start`, `column_count`, `sort`, `filter`.

    Returns:
        The fields of the answer; `total_rows` counts the rows that pass the filter. None where the path leads to
        nothing that is a table.
    """
    obj = follow(namespace, list(request.get("path") or ()))
    source = None if obj is MISSING else source_of(obj)
    if source is None:
        return None
    first = min(max(0, int(request.get("column_start") or 0)), source.columns)
    width = min(_MOST_COLUMNS, max(1, int(request.get("column_count") or 50)))
    columns = range(first, min(source.columns, first + width))
    start = max(0, int(request.get("start") or 0))
    stop = start + min(_MOST_ROWS, max(1, int(request.get("count") or 100)))
    order = _order(obj, source, request.get("sort"), request.get("filter") or "", columns)
    rows: Sequence[int] | slice = slice(start, stop) if order is None else _plain(order[start:stop])
    return {
        "columns": [_header(source, index) for index in columns],
        "index": source.labels(rows),
        "rows": _rows(source, columns, rows),
        "total_rows": source.rows if order is None else len(order),
        "total_columns": source.columns,
        "type": type_of(obj),
    }


def _header(source: Source, index: int) -> dict[str, str]:
    name, dtype = source.header(index)
    return {"name": cut(name, MOST_COLUMNS), **({"dtype": dtype} if dtype else {})}


def _rows(source: Source, columns: range, rows: Sequence[int] | slice) -> list[list[str]]:
    values = [source.column(index, rows) for index in columns]
    texts = [[text_of(value) for value in column] for column in values]
    asked = [(c, r) for c, column in enumerate(texts) for r, text in enumerate(column) if " object>" in text]
    asked = [(c, r) for c, r in asked if type(values[c][r]) is not str][:_MOST_ASKED]
    questions = [lambda c=c, r=r: describe_briefly(values[c][r])["value"] for c, r in asked]  # type: ignore[misc]
    for (c, r), told in zip(asked, ask_each(questions)):
        if type(told) is str:
            texts[c][r] = cut(told, MOST_COLUMNS)
    if not columns:
        return [[] for _ in source.labels(rows)]
    return [list(row) for row in zip(*texts)]


def _order(obj: Any, source: Source, sort: Any, needle: str, columns: range) -> Sequence[int] | None:
    """Give the rows that pass, in order; None where it is simply all of them."""
    key = (id(obj), *_sorting(sort, source), needle.lower(), columns if needle else None)
    if key[1] is None and not needle:
        return None
    if key in _orders:
        _orders.move_to_end(key)
        return _orders[key][1]
    order: Any = None if key[1] is None else _sorted(source, key[1], key[2])
    if needle:
        order = _filtered(source, needle.lower(), columns, order)
    if throwaway.allowed():
        _orders[key] = (obj, order)
        if len(_orders) > _KEPT:
            _orders.popitem(last=False)
    return order  # type: ignore[no-any-return]


def _sorting(sort: Any, source: Source) -> tuple[int | None, bool]:
    if not isinstance(sort, Mapping) or not 0 <= int(sort.get("column", -1)) < source.columns:
        return None, False
    return int(sort["column"]), bool(sort.get("descending"))


def _sorted(source: Source, column: int, descending: bool) -> Any:
    order = source.native_order(column, descending=descending)
    return order_of(source.column(column, slice(None)), descending=descending) if order is None else order


def _filtered(source: Source, needle: str, columns: range, order: Any) -> list[int]:
    """Give the rows of which a cell of the columns contains the text, in the order given."""
    passing = bytearray(source.rows)
    for start in range(0, source.rows, _SLICE):
        part = slice(start, min(start + _SLICE, source.rows))
        for index in columns:
            for row in rows_with(source.column(index, part), needle):
                passing[start + row] = 1
    rows = range(source.rows) if order is None else _plain(order)
    return [row for row in rows if passing[row]]


def _plain(order: Any) -> list[int]:
    return order if type(order) is list else [int(row) for row in order]
