"""What a sketch says of arrays, frames and tensors: their type, their shape, their content."""

from __future__ import annotations

import sys
from typing import Any

from .classes import class_name, is_made_in_c, module_name, type_mro
from . import libraries

Sketched = tuple[str, tuple[Any, ...], Any]


def sketch_library(obj: Any, brush: Any) -> Sketched | None:
    """Sketch an object of numpy, pandas, polars or torch.

    Args:
        obj: The object, of a class that such a library defines.
        brush: How to paint arrays.

    Returns:
        None where it is nothing that is known here.
    """
    known = libraries.kind(obj)
    if known is not None and known[0] == "polars":
        return _polars(obj, known[1])
    if known is not None:
        return _KNOWN[known[1]](obj, brush) if known[1] in _KNOWN else _index(obj, brush)
    root = module_name(type(obj)).partition(".")[0]
    if root == "numpy":
        return _of_numpy(obj)
    if root == "torch" and class_name(type(obj)) in ("Tensor", "Parameter"):
        values = sketch_array(obj.detach().cpu().numpy(), brush)
        return "tensor", (str(obj.device), str(obj.requires_grad)), values
    if root == "pandas" and hasattr(obj, "dtype") and hasattr(obj, "isna"):
        return "values", (class_name(type(obj)),), _values(obj, brush)
    return None


def sketch_array(array: Any, brush: Any) -> Sketched:
    """Sketch an exact ndarray."""
    numpy = sys.modules["numpy"]
    dtype = array.dtype
    about = (dtype.str if dtype.names is None else repr(dtype.descr), tuple(int(size) for size in array.shape))
    if dtype.hasobject:
        return "array", (*about, b""), array.ravel().tolist()

    def content() -> Any:
        flat = numpy.ascontiguousarray(array).reshape(-1)
        return memoryview(flat.view(numpy.uint8)) if flat.size else b""

    return "array", (*about, brush.content(array, content)), None


def _frame(frame: Any, brush: Any) -> Sketched:
    about = tuple(int(size) for size in frame.shape)
    labels = (frame.columns, frame.index, dict(frame.attrs))
    blocks = None if brush.whole else getattr(getattr(frame, "_mgr", None), "blocks", None)
    if blocks is not None:
        painted = [(block.mgr_locs.as_array, _values(block.values, brush)) for block in blocks]
        return "frame", about, (*labels, painted)
    columns = [_values(frame.iloc[:, index].array, brush) for index in range(about[1])]
    return "frame", about, (*labels, columns)


def _series(series: Any, brush: Any) -> Sketched:
    about = (int(series.shape[0]),)
    return "series", about, (series.name, series.index, dict(series.attrs), _values(series.array, brush))


def _index(index: Any, brush: Any) -> Sketched:
    names = tuple(index.names)
    if class_name(type(index)) == "RangeIndex":
        return "range-index", (index.start, index.stop, index.step), names
    if index.nlevels > 1:
        return "multi-index", (), (names, list(index.levels), list(index.codes))
    return "index", (), (names, _values(index.array, brush))


def _values(values: Any, brush: Any) -> Any:
    """Give the values of a column: an array where they are kept in one, else a list."""
    numpy = sys.modules["numpy"]
    if class_name(type(values)) in ("NumpyExtensionArray", "PandasArray"):
        values = values.to_numpy()
    if type(values) is numpy.ndarray:
        return values
    dtype = str(values.dtype)
    if hasattr(values, "categories") and hasattr(values, "codes"):
        return (dtype, values.codes, values.categories, bool(values.ordered))
    for names in (("_ndarray",), ("_data", "_mask")):
        parts = [getattr(values, name, None) for name in names]
        if all(type(part) is numpy.ndarray for part in parts):
            return (dtype, *parts)
    return (dtype, values.astype(object).tolist())


def _polars(obj: Any, name: str) -> Sketched:
    held = obj.to_dict(as_series=False) if name == "DataFrame" else {obj.name: obj.to_list()}
    return "polars", (name, str(obj.dtypes if name == "DataFrame" else obj.dtype)), held


def _of_numpy(obj: Any) -> Sketched | None:
    cls = type(obj)
    name = class_name(cls)
    if name == "ufunc":
        return "named", (f"numpy.{obj.__name__}",), None
    if name in ("Generator", "RandomState"):
        bits = obj.bit_generator if name == "Generator" else obj._bit_generator
        return "random", (name,), bits.state
    if issubclass(cls, sys.modules["numpy"].dtype):
        return "named", (repr(obj),), None
    if is_made_in_c(cls) and any(class_name(base) == "generic" for base in type_mro(cls)) and name != "object_":
        return "scalar", (obj.dtype.str, obj.tobytes(), repr(obj)), None
    return None


_KNOWN = {"DataFrame": _frame, "Series": _series, "ndarray": sketch_array}
