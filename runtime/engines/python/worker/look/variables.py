"""Answers `inspect`: the variables of a state, or what one of them holds, a page at a time.

Everything is read statically; the `__repr__` of a user's class is asked in a throw-away fork, all of a page in one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import contents, libraries
from .asking import describe_briefly
from .asking_many import ask_each
from .contents import Child
from .namespace import follow, kind_of, shown_names, type_of
from .preview import cut, is_transparent, one_line
from .sizes import size_of
from .statics import MISSING
from .tables import has_table

MOST_COLUMNS: Final = 200
_MOST: Final = 1_000


def inspect(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the operation `inspect`.

    Args:
        namespace: The session's; not changed.
        request: `path`, `start`, `count`, `filter`, all optional, as in the protocol.

    Returns:
        `variables` and `total`; None where the path leads nowhere.
    """
    path = list(request.get("path") or ())
    start = max(0, int(request.get("start") or 0))
    stop = start + min(_MOST, max(1, int(request.get("count") or 100)))
    needle = (request.get("filter") or "").lower()
    if not path:
        return _page([Child(name, value) for name, value in _fitting(namespace, needle)], start, stop)
    owner = follow(namespace, path)
    if owner is MISSING:
        return None
    total = contents.count(owner)
    if not needle:
        found = contents.children(owner, start, stop)
        return {"variables": describe_all(found, [[*path, start + i] for i in range(len(found))]), "total": total}
    held = [
        (index, each)
        for index, each in enumerate(contents.children(owner, 0, total))
        if needle in each.name.lower() or needle in type_of(each.value).lower()
    ]
    shown = held[start:stop]
    paths = [[*path, index] for index, _ in shown]
    return {"variables": describe_all([each for _, each in shown], paths), "total": len(held)}


def describe_all(found: Sequence[Child], paths: Sequence[Sequence[str | int]]) -> list[dict[str, Any]]:
    """Describe some children or variables.

    Args:
        found: Each with its name.
        paths: The path of each.

    Returns:
        For each a `variable` of the protocol.
    """
    described = [_described(name, list(path), value) for (name, value), path in zip(found, paths)]
    asked = [index for index, each in enumerate(found) if _is_opaque(each.value, described[index]["value"])]
    questions = [lambda index=index: describe_briefly(found[index].value) for index in asked]  # type: ignore[misc]
    for index, told in zip(asked, ask_each(questions)):
        described[index].update(_checked(told))
    return described


def _page(found: list[Child], start: int, stop: int) -> dict[str, Any]:
    shown = found[start:stop]
    return {"variables": describe_all(shown, [[name] for name, _ in shown]), "total": len(found)}


def _fitting(namespace: Mapping[str, Any], needle: str) -> list[tuple[str, Any]]:
    return [
        (name, namespace[name])
        for name in shown_names(namespace)
        if not needle or needle in name.lower() or needle in type_of(namespace[name]).lower()
    ]


def _described(name: str, path: list[str | int], value: Any) -> dict[str, Any]:
    if value is MISSING:
        fields = {"type": "property", "value": "not run", "children": 0, "table": False, "kind": "data"}
        return {"name": name, "path": path, **fields}
    told = {
        "name": cut(name, MOST_COLUMNS),
        "path": path,
        "type": type_of(value),
        "value": _value(value),
        "children": contents.count(value),
        "table": has_table(value),
        "kind": kind_of(value),
        **_measures(value),
    }
    if told["kind"] == "data":
        told["size_bytes"] = size_of(value)
    return told


def _value(value: Any) -> str:
    known = libraries.kind(value)
    if known is None:
        return one_line(value, MOST_COLUMNS)
    library, name = known
    if library == "numpy":
        return _array(value)
    if name == "DataFrame":
        return cut(", ".join(libraries.all_columns(value)), MOST_COLUMNS)
    if library == "pandas" and name == "Series":
        return one_line(value.iloc[:30].tolist(), MOST_COLUMNS) if value.shape[0] else "[]"
    return one_line(value, MOST_COLUMNS)


def _array(value: Any) -> str:
    if value.dtype.hasobject or value.dtype.names:
        return one_line(value, MOST_COLUMNS)
    # `formatter` is given so that one that the user has set (which is their code) is not called.
    text = sys.modules["numpy"].array2string(value, separator=", ", threshold=20, edgeitems=3, max_line_width=10_000, formatter={})
    return cut(" ".join(text.split()), MOST_COLUMNS)


def _measures(value: Any) -> dict[str, Any]:
    known = libraries.kind(value)
    if known is not None:
        shape = [int(size) for size in value.shape]
        told: dict[str, Any] = {"shape": shape}
        if shape:
            told["length"] = shape[0]
        if known[1] != "DataFrame":
            told["dtype"] = str(value.dtype)
        return told
    for kind in (list, tuple, dict, set, frozenset, str, bytes, bytearray, contents.deque):
        if issubclass(type(value), kind):
            return {"length": kind.__len__(value)}
    return {"length": len(value)} if type(value) is range else {}


def _is_opaque(value: Any, shown: str) -> bool:
    """Tell whether only the code of a class knows what a value, or something in it, is."""
    if " object>" not in shown or value is MISSING or libraries.kind(value) is not None:
        return False
    # One without a `__repr__` of its own has nothing to add; a container of others has.
    return not (is_transparent(value) and shown == f"<{type_of(value)} object>")


def _checked(told: Any) -> dict[str, Any]:
    """What came back from a fork in which anything may have run, as far as it is as it should be."""
    if type(told) is not dict:
        return {}
    fields: dict[str, Any] = {}
    if type(told.get("value")) is str:
        fields["value"] = cut(" ".join(told["value"].split("\n")), MOST_COLUMNS)
    if type(told.get("length")) is int and 0 <= told["length"] < 1 << 53:
        fields["length"] = told["length"]
    if type(told.get("shape")) is list and all(type(size) is int and 0 <= size < 1 << 53 for size in told["shape"]):
        fields["shape"] = told["shape"]
    if type(told.get("dtype")) is str:
        fields["dtype"] = told["dtype"]
    return fields
