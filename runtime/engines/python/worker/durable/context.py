"""What reducers and makers share: the unit that is being written, and the load that is going on.

A *key* names a variable: its place (`main`, `builtins` for `_` and `__`, `session` for what belongs to no
variable) and its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any, NamedTuple


class Key(NamedTuple):
    """Name of a variable, and where it is."""

    place: str
    name: str


class Buffer(NamedTuple):
    """Content that stands apart from a pickle. `plain`: it belongs to pickle's own out-of-band buffers."""

    data: bytes | memoryview
    item_size: int
    plain: bool


class Unit:
    """What one pickle needs and says beside its bytes."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self.keys = keys
        self.current = keys[0]
        #: Variables outside of the unit that it refers to.
        self.needs: dict[Key, None] = {}
        self.buffers: list[Buffer] = []
        self.remarks: dict[Key, list[str]] = {}
        #: Objects that are written by value although their kind is usually written by name, by their ids.
        self.by_value: dict[int, Any] = {}
        #: Objects that were written as a reference to another variable, by their ids.
        self.referred: dict[int, Any] = {}
        #: Views of arrays that were written as copies: the base, and the view.
        self.copied_views: list[tuple[Any, Any]] = []
        self.arrays: set[int] = set()
        #: True: classes are in it whose `__setstate__` or `__init__` might refuse on loading.
        self.doubtful = False

    def remark(self, text: str) -> None:
        """Says of the current variable what will be different after it comes back."""
        told = self.remarks.setdefault(self.current, [])
        if text not in told:
            told.append(text)


class Loading:
    """A load that is going on."""

    def __init__(
        self,
        namespace: dict[str, Any],
        find_code: Callable[[str, str, str, int], CodeType] | None,
    ) -> None:
        """`find_code` compiles code of another Python version again, by file, name, qualified name and line."""
        self.namespace = namespace
        self.find_code = find_code
        self.values: dict[Key, Any] = {}
        self.remarks: list[str] = []
        #: Reads a buffer of the current group into a writable memoryview.
        self.read_into: Callable[[int, memoryview], None] = _nothing
        #: Reads buffers of one object each, by the first one's index and their number.
        self.read_each: Callable[[int, int], Iterable[bytes | bytearray | memoryview]] = _nothing

    def remark(self, text: str) -> None:
        """Says of the current variable what is different now."""
        if text not in self.remarks:
            self.remarks.append(text)


def _nothing(*_: Any) -> Any:
    raise RuntimeError("no group is being loaded")


_loading: list[Loading] = []


def current() -> Loading:
    """The load that is going on."""
    return _loading[-1]


def begin(loading: Loading) -> None:
    """Makes `loading` the current one, until `end`."""
    _loading.append(loading)


def end() -> None:
    """Ends the current load."""
    _loading.pop()


def variable(place: str, name: str) -> Any:
    """In pickles: the value of another variable, which is loaded already."""
    try:
        return current().values[Key(place, name)]
    except KeyError:
        raise LookupError(f"{name}, which it refers to, could not be brought back") from None
