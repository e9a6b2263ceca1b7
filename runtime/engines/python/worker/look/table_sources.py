"""What can be shown as a table, each kind with the same few questions: how large, which columns, which cells.

Asks a frame or an array only when it is exactly a library's own, so no user code runs. Knows nothing of sorting,
filtering and paging.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from . import libraries
from .classes import Kinds
from .contents import one_label
from .statics import MISSING, has_safe_keys, lookup

_MOST_LOOKED_AT: Final = 100
_NAMES: Final = Kinds(str, int)
_ROWS: Final = Kinds(list, tuple)


class Column(NamedTuple):
    """A column's header."""

    name: str
    dtype: str = ""


class Source:
    """A table of cells. `rows` and `columns` say how large it is."""

    rows: int
    columns: int

    def header(self, index: int) -> Column:
        """Give a column's name and type."""
        raise NotImplementedError

    def column(self, index: int, rows: Sequence[int] | slice) -> list[Any]:
        """Give the values of some rows of a column."""
        raise NotImplementedError

    def labels(self, rows: Sequence[int] | slice) -> list[str]:
        """Give the labels of some rows; their numbers where they have none."""
        return [str(row) for row in (range(*rows.indices(self.rows)) if isinstance(rows, slice) else rows)]

    def native_order(self, index: int, *, descending: bool) -> Any:
        """Give the order of the rows by a column as the library sorts it; None where it is not for it to say."""
        return None


class FrameSource(Source):
    """A DataFrame of pandas."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.rows, self.columns = (int(size) for size in frame.shape)

    def header(self, index: int) -> Column:
        return Column(one_label(self._frame.columns[index]), str(self._frame.dtypes.iloc[index]))

    def column(self, index: int, rows: Sequence[int] | slice) -> list[Any]:
        return _pandas_values(self._frame.iloc[:, index], rows)

    def labels(self, rows: Sequence[int] | slice) -> list[str]:
        return [one_label(label) for label in _take(self._frame.index, rows).tolist()]

    def native_order(self, index: int, *, descending: bool) -> Any:
        return _pandas_order(self._frame.iloc[:, index], descending)


class SeriesSource(FrameSource):
    """A Series of pandas: a frame of one column."""

    def __init__(self, series: Any) -> None:
        name = "" if series.name is None else series.name
        super().__init__(series.to_frame(name))


class IndexSource(Source):
    """An Index of pandas: one column, without labels."""

    columns = 1

    def __init__(self, index: Any) -> None:
        self._index = index
        self.rows = int(index.shape[0])

    def header(self, index: int) -> Column:
        name = self._index.name
        return Column("" if name is None else one_label(name), str(self._index.dtype))

    def column(self, index: int, rows: Sequence[int] | slice) -> list[Any]:
        return list(_take(self._index, rows).tolist())


class ArraySource(Source):
    """An array of one or two dimensions, or a structured one of one dimension."""

    def __init__(self, array: Any) -> None:
        self._array = array
        self._fields = tuple(array.dtype.names or ()) if array.ndim == 1 else ()
        self.rows = int(array.shape[0])
        self.columns = len(self._fields) if self._fields else int(array.shape[1]) if array.ndim == 2 else 1

    def header(self, index: int) -> Column:
        if self._fields:
            return Column(self._fields[index], str(self._array.dtype[index]))
        return Column(str(index), str(self._array.dtype))

    def column(self, index: int, rows: Sequence[int] | slice) -> list[Any]:
        return list(self._of(index)[rows].tolist())

    def native_order(self, index: int, *, descending: bool) -> Any:
        values = self._of(index)
        return _numpy_order(values, descending) if values.ndim == 1 and values.dtype.kind in "biufmM" else None

    def _of(self, index: int) -> Any:
        if self._fields:
            return self._array[self._fields[index]]
        return self._array[:, index] if self._array.ndim == 2 else self._array


class RowsSource(Source):
    """A list of dicts, or of tuples and lists."""

    def __init__(self, rows: Sequence[Any], names: list[Any]) -> None:
        self._rows = rows
        self._names = names
        self._plain: dict[int, bool] = {}
        self.rows, self.columns = len(rows), len(names)

    def header(self, index: int) -> Column:
        name = self._names[index]
        return Column(str(name) if type(name) is int else one_label(name))

    def column(self, index: int, rows: Sequence[int] | slice) -> list[Any]:
        name = self._names[index]
        return [self._cell(row, name) for row in _take_rows(self._rows, rows)]

    def _cell(self, row: Any, name: Any) -> Any:
        """Give a cell; an empty text where a row has none."""
        if type(row) is dict:
            plain = self._plain.get(id(row))
            if plain is None:
                plain = self._plain[id(row)] = has_safe_keys(row)
            if plain:
                return row.get(name, "")
            found = lookup(row, name)
            return "" if found is MISSING else found
        if type(row) in _ROWS and type(name) is int and name < len(row):
            return row[name]
        return ""


class ColumnsSource(Source):
    """A dict of columns that are equally long."""

    def __init__(self, columns: dict[Any, Any]) -> None:
        self._names, self._values = list(columns), list(columns.values())
        self.columns = len(self._names)
        self.rows = len(self._values[0])

    def header(self, index: int) -> Column:
        values = self._values[index]
        return Column(one_label(self._names[index]), str(values.dtype) if libraries.kind(values) else "")

    def column(self, index: int, rows: Sequence[int] | slice) -> list[Any]:
        values = self._values[index]
        known = libraries.kind(values)
        if known is None:
            return _take_rows(values, rows)
        return _pandas_values(values, rows) if known[0] == "pandas" else list(values[rows].tolist())


def source_of(obj: Any) -> Source | None:
    """Give an object as a table.

    Args:
        obj: Any object.

    Returns:
        None where it is none: an array of more dimensions is one only by its slices.
    """
    known = libraries.kind(obj)
    if known is not None:
        return _library_source(obj, known)
    if type(obj) is list and obj:
        names = _names_of(obj)
        return RowsSource(obj, names) if names else None
    if type(obj) is dict and _are_columns(obj):
        return ColumnsSource(obj)
    return None


def _library_source(obj: Any, known: tuple[str, str]) -> Source | None:
    library, name = known
    if library == "numpy":
        return ArraySource(obj) if obj.ndim in (1, 2) else None
    if library == "polars":
        return _polars_source(obj, name)
    if name in ("DataFrame", "Series"):
        return FrameSource(obj) if name == "DataFrame" else SeriesSource(obj)
    return IndexSource(obj)


def _polars_source(obj: Any, name: str) -> Source:
    columns = {column: obj[column] for column in obj.columns} if name == "DataFrame" else {obj.name: obj}
    return ColumnsSource({key: value.to_list() for key, value in columns.items()} or {"": []})


def _names_of(rows: list[Any]) -> list[Any]:
    """Name the columns of a list of rows, from the first rows; none where they are no rows."""
    first = rows[:_MOST_LOOKED_AT]
    kinds = {id(type(row)) for row in first}
    if kinds == {id(dict)}:
        return list({name: None for row in first for name in row if type(name) in _NAMES})
    if kinds <= {id(tuple), id(list)}:
        return list(range(max(map(len, first), default=0)))
    return []


def _are_columns(columns: dict[Any, Any]) -> bool:
    lengths = set()
    for name, values in islice(columns.items(), 1_000):
        known = libraries.kind(values)
        if type(name) not in _NAMES or (type(values) not in _ROWS and known is None):
            return False
        if known is not None and (known[1] == "DataFrame" or values.ndim != 1):
            return False
        lengths.add(len(values))
    return len(lengths) == 1 and len(columns) <= 1_000


def _take(values: Any, rows: Sequence[int] | slice) -> Any:
    return values[rows] if isinstance(rows, slice) else values.take(rows)


def _take_rows(values: Sequence[Any], rows: Sequence[int] | slice) -> list[Any]:
    return list(values[rows]) if isinstance(rows, slice) else [values[row] for row in rows]


def _pandas_values(series: Any, rows: Sequence[int] | slice) -> list[Any]:
    return list(series.iloc[rows].tolist())


def _pandas_order(series: Any, descending: bool) -> Any:
    """Sort numbers, times, categories and texts of Arrow; a column of objects is not the library's to compare."""
    if type(series.dtype).__module__.partition(".")[0] == "numpy" and series.dtype.kind in "biufmM":
        return _numpy_order(series.to_numpy(), descending)
    if series.dtype == object or series.dtype.kind == "O":
        return None if str(series.dtype) not in ("category", "string", "str") else _sorted_index(series, descending)
    return _sorted_index(series, descending)


def _sorted_index(series: Any, descending: bool) -> Any:
    numbered = series.reset_index(drop=True)
    return numbered.sort_values(ascending=not descending, kind="stable", na_position="last").index.to_numpy()


def _numpy_order(values: Any, descending: bool) -> Any:
    """Sort so that equal values keep their order and NaN and NaT come last, in both directions."""
    if not descending:
        return values.argsort(kind="stable")
    order = values[::-1].argsort(kind="stable")[::-1]
    order = len(values) - 1 - order
    missing = (values != values)[order]
    return order if not missing.any() else _last(order, missing)


def _last(order: Any, missing: Any) -> Any:
    kept, gone = order[~missing], order[missing]
    return kept.tolist() + gone.tolist()
