"""What an object holds, as a list of children with a fixed order: items, elements, columns, attributes.

Runs no code of the object's class: builtin containers are asked as C asks them, frames and arrays only when they
are exactly the library's own, properties are named and not run. Knows nothing of how a child is shown.
"""

from __future__ import annotations

import array
import types
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from . import libraries
from .classes import Kinds, is_class, is_made_in_c, module_name, type_dict, type_mro
from .preview import one_line
from .statics import MISSING, instance_dict, is_module, keys, lookup

_NAME_COLUMNS: Final = 60
_args_of = BaseException.__dict__["args"].__get__


class Child(NamedTuple):
    """One thing that an object holds. `value` is MISSING for a property, whose code is not run."""

    name: str
    value: Any


class _Items(NamedTuple):
    """The items of a container: how many, and those of a slice."""

    total: int
    between: Callable[[int, int], list[Child]]


def count(obj: object) -> int:
    """Tell how many children an object has.

    Args:
        obj: Any object.

    Returns:
        The length of what `children` gives in all.
    """
    items = _items(obj)
    return (items.total if items else 0) + len(_attributes(obj))


def children(obj: object, start: int, stop: int) -> list[Child]:
    """Give some children of an object.

    Args:
        obj: Any object.
        start: Index of the first.
        stop: Index behind the last.

    Returns:
        Items first, then attributes, those with `_` in front last; fewer where there are not as many.
    """
    items = _items(obj)
    total = items.total if items else 0
    found = items.between(start, min(stop, total)) if items and start < total else []
    if stop > total:
        found += _attributes(obj)[max(0, start - total) : stop - total]
    return found


def child(obj: object, index: int) -> Any:
    """Give the value of the child at an index, or MISSING."""
    found = children(obj, index, index + 1) if index >= 0 else []
    return found[0].value if found else MISSING


def _items(obj: Any) -> _Items | None:
    cls = type(obj)
    known = libraries.kind(obj)
    if known is not None:
        return _library_items(obj, known)
    if issubclass(cls, dict):
        pairs = OrderedDict.items if issubclass(cls, OrderedDict) else dict.items
        return _Items(dict.__len__(obj), lambda start, stop: _pairs(islice(pairs(obj), start, stop)))
    if issubclass(cls, tuple):
        names = _field_names(cls)
        return _Items(tuple.__len__(obj), lambda a, b: _numbered(tuple.__getitem__(obj, slice(a, b)), a, names))
    if issubclass(cls, list):
        return _Items(list.__len__(obj), lambda a, b: _numbered(list.__getitem__(obj, slice(a, b)), a))
    for kind in (set, frozenset, deque):
        if issubclass(cls, kind):
            return _Items(
                kind.__len__(obj),
                lambda a, b, kind=kind: _numbered(islice(kind.__iter__(obj), a, b), a),  # type: ignore[misc]
            )
    if cls is range or cls is array.array:
        return _Items(len(obj), lambda a, b: _numbered(obj[a:b], a))
    return None


def _pairs(pairs: Iterator[tuple[Any, Any]]) -> list[Child]:
    return [Child(one_line(key, _NAME_COLUMNS), value) for key, value in pairs]


def _numbered(values: Any, start: int, names: tuple[str, ...] = ()) -> list[Child]:
    return [
        Child(names[index] if index < len(names) else f"[{index}]", value) for index, value in enumerate(values, start)
    ]


def _field_names(cls: type) -> tuple[str, ...]:
    """Give the names of a namedtuple's fields."""
    fields = lookup(type_dict(cls), "_fields")
    return fields if type(fields) is tuple and all(type(name) is str for name in fields) else ()


def _library_items(obj: Any, known: tuple[str, str]) -> _Items | None:
    library, name = known
    if library == "numpy":
        if not obj.ndim:
            return None
        return _Items(obj.shape[0], lambda a, b: [Child(f"[{i}]", obj[i]) for i in range(a, b)])
    if name == "DataFrame":
        if library == "polars":
            return _Items(obj.width, lambda a, b: [Child(str(obj.columns[i]), obj[:, i]) for i in range(a, b)])
        return _Items(
            obj.shape[1],
            lambda a, b: [Child(one_label(obj.columns[i]), obj.iloc[:, i]) for i in range(a, b)],
        )
    if library == "pandas" and name == "Series":
        return _Items(
            obj.shape[0], lambda a, b: [Child(one_label(obj.index[i]), obj.iloc[i]) for i in range(a, b)]
        )
    return _Items(len(obj), lambda a, b: [Child(f"[{i}]", obj[i]) for i in range(a, b)])


def one_label(label: object) -> str:
    """Write the label of a row or a column, as a frame's header has it."""
    if type(label) is str:
        return label
    if type(label) is tuple:
        return ", ".join(one_label(part) for part in label)
    if module_name(type(label)).partition(".")[0] in ("pandas", "numpy"):
        return str(label)
    return one_line(label, _NAME_COLUMNS)


def _attributes(obj: Any) -> list[Child]:
    cls = type(obj)
    if cls in _WITHOUT or is_module(obj) or libraries.kind(obj) is not None:
        return []
    if is_class(obj):
        own = type_dict(obj)
        return [Child(name, own[name]) for name in own if type(name) is str and _is_data(name, own[name])]
    found = list(stored(obj, cls))
    if issubclass(cls, BaseException):
        found.insert(0, Child("args", _args_of(obj)))
    found += _properties(cls)
    # A stable sort: what is meant for others first, otherwise in the order of creation.
    found.sort(key=lambda each: each.name.startswith("_"))
    return found


def stored(obj: object, cls: type) -> Iterator[Child]:
    """Walk over the attributes that an object itself holds, in its dictionary and its slots."""
    own = instance_dict(obj)
    for name in keys(own):
        if type(name) is str and not _is_special(name):
            yield Child(name, lookup(own, name))
    for base in type_mro(cls):
        if is_made_in_c(base):
            continue
        for name, stored in type_dict(base).items():
            if type(stored) is types.MemberDescriptorType and not _is_special(name):
                try:
                    yield Child(name, stored.__get__(obj))
                except (AttributeError, TypeError):
                    continue  # A slot that was never filled.


def _properties(cls: type) -> list[Child]:
    """Name the properties of a class that the session itself defined."""
    return [
        Child(name, MISSING)
        for base in type_mro(cls)
        if module_name(base) == "__main__"
        for name, stored in type_dict(base).items()
        if type(stored) is property and not name.startswith("_")
    ]


def _is_data(name: str, value: object) -> bool:
    return not _is_special(name) and type(value) not in _OF_CODE


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


_OF_CODE: Final = Kinds(
    types.FunctionType, classmethod, staticmethod, property, types.MemberDescriptorType, types.GetSetDescriptorType,
    types.MethodDescriptorType, types.WrapperDescriptorType, types.BuiltinFunctionType,
)  # fmt: skip
_WITHOUT: Final = Kinds(
    int, float, complex, bool, str, bytes, bytearray, type(None), list, tuple, dict, set, frozenset, deque, range,
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType, types.CodeType,
)  # fmt: skip
