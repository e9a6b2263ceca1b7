"""Whether two portraits show the same, and a short text for what one shows. Knows builtin types and `Sketch`."""

from __future__ import annotations

import array
import time
from typing import Any, Final

from .portraits import Late, Sketch
from .preview import cut, one_line

_COMPARED_BY_C: Final = frozenset({int, bool, str, bytes, bytearray, type(None)})
_DEEPEST: Final = 200


class Comparison:
    """Compares portraits until a deadline."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._open: set[tuple[int, int]] = set()

    def same(self, one: Any, other: Any, depth: int = 0) -> bool:
        """Tell whether two portraits are equal in type and value; NaN is equal to itself.

        Raises:
            Late: It took too long.
            RecursionError: They are nested too deeply.
        """
        kind = type(one)
        if kind is not type(other):
            return False
        if kind in _COMPARED_BY_C:
            return bool(one == other)
        if kind is float:
            return one == other and (one != 0 or str(one) == str(other)) or (one != one and other != other)
        if depth > _DEEPEST:
            raise RecursionError
        pair = (id(one), id(other))
        # In a cycle: equal so far, and the rest is compared by who came here first.
        if pair in self._open:
            return True
        self._open.add(pair)
        try:
            return self._contents(kind, one, other, depth + 1)
        finally:
            self._open.discard(pair)

    def _contents(self, kind: type, one: Any, other: Any, depth: int) -> bool:
        if time.monotonic() > self._deadline:
            raise Late
        if kind is Sketch:
            if one.kind != other.kind or not self.same(one.about, other.about, depth):
                return False
            return self.same(one.state, other.state, depth)
        if len(one) != len(other):
            return False
        if kind is list or kind is tuple:
            return self._sequences(one, other, depth)
        if kind is dict:
            # A dictionary's order is a part of it that programs can see.
            return self._sequences(list(one), list(other), depth) and self._sequences(
                list(one.values()), list(other.values()), depth
            )
        return self._sets(one, other, depth)

    def _sequences(self, one: Any, other: Any, depth: int) -> bool:
        kinds = set(map(type, one))
        if kinds <= _COMPARED_BY_C and list(map(type, one)) == list(map(type, other)):
            return bool(one == other)
        if kinds == {float} and set(map(type, other)) == {float}:
            if array.array("d", one).tobytes() == array.array("d", other).tobytes():
                return True
        return all(self.same(a, b, depth) for a, b in zip(one, other))

    def _sets(self, one: Any, other: Any, depth: int) -> bool:
        if set(map(type, one)) <= _COMPARED_BY_C:
            return bool(one == other) and set(map(type, one)) == set(map(type, other))
        return self._sequences(list(one), list(other), depth)


def shown(portrait: Any, limit: int = 200) -> str:
    """Write in one line what a portrait shows."""
    return one_line(portrait, limit, _sketched)


def _sketched(obj: object) -> str:
    if type(obj) is not Sketch:
        return "…"
    if obj.kind == "value":
        return str(obj.about[1])
    if obj.kind == "scalar":
        return str(obj.about[2])
    if obj.kind in ("named", "class", "function"):
        return f"<{obj.about[0]}>"
    if obj.kind in ("object", "opaque"):
        return _object(obj)
    if obj.kind == "array":
        return f"array {obj.about[0]} {obj.about[1]}"
    if obj.kind in ("frame", "series"):
        return f"{obj.kind} {' × '.join(f'{size:,}' for size in obj.about)}"
    return f"<{obj.kind}>"


def _object(sketch: Sketch) -> str:
    name = str(sketch.about[0]).rpartition(".")[2]
    held, attributes = sketch.state if type(sketch.state) is tuple and len(sketch.state) == 2 else (None, {})
    if not attributes:
        return f"<{name}>" if held is None else f"{name}({one_line(held, 60, _sketched)})"
    written = [f"{key}={one_line(value, 40, _nested)}" for key, value in list(attributes.items())[:6]]
    return cut(f"{name}({', '.join(written)}{', …' if len(attributes) > 6 else ''})", 200)


def _nested(obj: object) -> str:
    if type(obj) is Sketch and obj.kind in ("object", "opaque"):
        return f"<{str(obj.about[0]).rpartition('.')[2]}>"
    return _sketched(obj)
