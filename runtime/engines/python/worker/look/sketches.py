"""What a sketch says of an object that is of no builtin type: its kind, and the state that makes it what it is.

Runs no code of classes that the session defined; asks C types and well-known libraries for what they hold.
"""

from __future__ import annotations

import _random
import array
import functools
import hashlib
import io
import re
import sys
import types
import warnings
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, Final

from . import libraries
from .classes import class_name, is_class, is_made_in_c, module_name, type_dict, type_mro
from .contents import stored
from .sketches_of_code import sketch_class, sketch_function
from .sketches_of_tables import sketch_array, sketch_library
from .statics import is_module, instance_dict, lookup
from .table_cells import is_trusted

Sketched = tuple[str, tuple[Any, ...], Any]


class Brush:
    """How arrays are painted: `whole`, or as a digest, of which each is found once."""

    def __init__(self, whole: bool, digests: dict[int, Any]) -> None:
        self.whole = whole
        self._digests = digests

    def content(self, owner: object, make: Callable[[], Any]) -> Any:
        """Give the bytes of an array, or their digest.

        Args:
            owner: The array that they are of.
            make: Gives them as something that has the buffer protocol.
        """
        if self.whole:
            return bytes(make())
        found = self._digests.get(id(owner))
        if found is None:
            # With the owner, so that its id is nobody else's meanwhile.
            found = self._digests[id(owner)] = (hashlib.sha256(make()).digest(), owner)
        return found[0]


def sketch(obj: Any, brush: Brush) -> Sketched:
    """Sketch an object.

    Args:
        obj: Any object that is of no builtin type.
        brush: How to paint arrays.

    Returns:
        Kind, what is said about it, and its state.
    """
    cls = type(obj)
    if is_class(obj):
        return sketch_class(obj)
    if is_module(obj):
        name = lookup(instance_dict(obj), "__name__")
        return "named", (str(name),), None
    make = _BY_TYPE.get(id(cls))
    if make is not None:
        return make(obj)
    try:
        found = _known(obj, cls, brush)
    except Exception:  # noqa: BLE001 - a library that fails over an object of its own: it is treated as any other
        found = None
    return found or _object(obj, cls, brush)


def _known(obj: Any, cls: type, brush: Brush) -> Sketched | None:
    if libraries.kind(obj) is not None:
        return sketch_library(obj, brush)
    root = module_name(cls).partition(".")[0]
    if root in ("numpy", "pandas", "polars", "torch"):
        found = sketch_library(obj, brush)
        if found is not None:
            return found
    if is_trusted(cls) or root in ("pathlib", "zoneinfo", "datetime"):
        return "value", (class_name(cls, qualified=True), repr(obj)), None
    return None


def _object(obj: Any, cls: type, brush: Brush) -> Sketched:
    name = class_name(cls, qualified=True)
    inner = _inner(obj, cls, brush)
    attributes = {each.name: each.value for each in stored(obj, cls)}
    if issubclass(cls, BaseException):
        inner = BaseException.args.__get__(obj)  # type: ignore[attr-defined]
    hidden = _hides_state(cls) if inner is None else False
    if not hidden:
        return "object", (name,), (inner, attributes)
    told = _reduced(obj, cls) if not attributes and module_name(cls) != "__main__" else None
    if told is not None:
        return "object", (name,), (told, attributes)
    return "opaque", (name, id(obj)), (None, attributes)


def _inner(obj: Any, cls: type, brush: Brush) -> Any:
    """Give what an object holds as the builtin type that its class derives from."""
    for kind, take in _INNER:
        if issubclass(cls, kind):
            return take(obj)
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(cls, numpy.ndarray):
        return sketch_array(numpy.ndarray.view(obj, numpy.ndarray), brush)
    return None


def _hides_state(cls: type) -> bool:
    """Tell whether a class derives from one of C that keeps its state to itself."""
    for base in type_mro(cls):
        if base is object or _is_of_python(base):
            continue
        if issubclass(base, (BaseException, *(kind for kind, _ in _INNER))):
            continue
        return True
    return False


def _is_of_python(cls: type) -> bool:
    """Tell whether Python code made a class; those of C have no functions, slots or dictionary of Python's making."""
    if is_made_in_c(cls):
        return False
    own = type_dict(cls)
    if "__slots__" in own or "__firstlineno__" in own or "__weakref__" in own or "__dict__" in own:
        return True
    return any(type(value) is types.FunctionType for value in own.values())


def _reduced(obj: Any, cls: type) -> Any:
    """Ask an object of C code for its state in the way of pickle; None where it has none to tell."""
    try:
        with warnings.catch_warnings():
            # itertools warns that it will not do so for ever.
            warnings.simplefilter("ignore")
            told = cls.__reduce_ex__(obj, 5)
    except Exception:  # noqa: BLE001 - it cannot be pickled
        return None
    if type(told) is str:
        return told
    if type(told) is not tuple or len(told) < 2:
        return None
    parts = [list(part) if index > 2 and part is not None else part for index, part in enumerate(told)]
    return parts[1:]


def _of_generator(obj: Any) -> Sketched:
    frame = obj.gi_frame
    if frame is None:
        return "generator", (obj.__qualname__, -1), None
    return "generator", (obj.__qualname__, frame.f_lasti), dict(frame.f_locals)


def _of_method(obj: Any) -> Sketched:
    return "method", (), (obj.__func__, obj.__self__)


def _of_builtin(obj: Any) -> Sketched:
    owner = obj.__self__
    held = None if owner is None or is_module(owner) else owner
    return "builtin", (obj.__qualname__, getattr(owner, "__name__", "") if held is None else ""), held


def _of_partial(obj: Any) -> Sketched:
    return "partial", (), (obj.func, obj.args, obj.keywords)


def _of_file(obj: Any) -> Sketched:
    name = getattr(obj, "name", "")
    return "file", (str(name), str(getattr(obj, "mode", "")), bool(obj.closed)), None


_INNER: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (dict, lambda obj: [*map(list, dict.items(obj)), _default_factory(obj)]),
    (list, lambda obj: list.__getitem__(obj, slice(None))),
    (tuple, lambda obj: tuple.__getitem__(obj, slice(None))),
    (deque, lambda obj: [deque.maxlen.__get__(obj), *deque.__iter__(obj)]),  # type: ignore[attr-defined]
    (set, lambda obj: list(set.__iter__(obj))),
    (frozenset, lambda obj: list(frozenset.__iter__(obj))),
    (str, lambda obj: str.__str__(obj)),
    (int, int.__pos__),
    (float, float.__pos__),
    (complex, lambda obj: complex.__repr__(obj)),
    (bytes, lambda obj: bytes.__getitem__(obj, slice(None))),
    (bytearray, lambda obj: bytearray.__getitem__(obj, slice(None))),
    (_random.Random, _random.Random.getstate),
)


def _default_factory(obj: Any) -> Any:
    if not issubclass(type(obj), defaultdict):
        return None
    return defaultdict.default_factory.__get__(obj)  # type: ignore[attr-defined]


_BY_TYPE: Final[dict[int, Callable[[Any], Sketched]]] = {
    id(types.FunctionType): sketch_function,
    id(types.BuiltinFunctionType): _of_builtin,
    id(types.MethodType): _of_method,
    id(types.GeneratorType): _of_generator,
    id(functools.partial): _of_partial,
    id(complex): lambda obj: ("value", ("complex", repr(obj)), None),
    id(range): lambda obj: ("range", (obj.start, obj.stop, obj.step), None),
    id(slice): lambda obj: ("slice", (), (obj.start, obj.stop, obj.step)),
    id(type(...)): lambda obj: ("named", ("Ellipsis",), None),
    id(type(NotImplemented)): lambda obj: ("named", ("NotImplemented",), None),
    id(re.Pattern): lambda obj: ("pattern", (obj.pattern, obj.flags), None),
    id(array.array): lambda obj: ("numbers", (obj.typecode, obj.tobytes()), None),
    id(property): lambda obj: ("property", (), (obj.fget, obj.fset, obj.fdel)),
    id(classmethod): lambda obj: ("classmethod", (), obj.__func__),
    id(staticmethod): lambda obj: ("staticmethod", (), obj.__func__),
    id(types.CellType): lambda obj: ("cell", (), _cell(obj)),
    id(io.StringIO): lambda obj: ("memory", (), None if obj.closed else (obj.getvalue(), obj.tell())),
    id(io.BytesIO): lambda obj: ("memory", (), None if obj.closed else (obj.getvalue(), obj.tell())),
    id(io.TextIOWrapper): _of_file,
    id(io.BufferedReader): _of_file,
    id(io.BufferedWriter): _of_file,
}


def _cell(cell: Any) -> Any:
    try:
        return (cell.cell_contents,)
    except ValueError:
        return None
