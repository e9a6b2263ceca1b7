"""The value of an object as a text, bounded, and without running any code of its class.

What only a user's `__repr__` could tell is shown as `<Foo object>` here; `throwaway.py` asks the real one.
"""

from __future__ import annotations

import sys
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any, Final

from . import libraries
from .classes import Kinds, class_name, is_class, is_made_in_c, module_name, type_mro
from .statics import MISSING, class_attribute, instance_dict, is_module, keys, lookup

MOST_LINES: Final = 20
MOST_COLUMNS: Final = 120
_NUMBERS: Final = Kinds(bool, float, complex)
_DEEPEST: Final = 6
_MOST_ITEMS: Final = 60
_MOST_BITS: Final = 4_000
#: Immutable types of the standard library whose `repr` is C's own or as harmless.
_BY_REPR: Final = frozenset({
    ("datetime", "datetime"), ("datetime", "date"), ("datetime", "time"), ("datetime", "timedelta"),
    ("datetime", "timezone"), ("decimal", "Decimal"), ("fractions", "Fraction"), ("uuid", "UUID"),
    ("pathlib", "PosixPath"), ("pathlib", "WindowsPath"), ("pathlib", "PurePosixPath"),
    ("pathlib", "PureWindowsPath"), ("pathlib._local", "PosixPath"), ("pathlib._local", "WindowsPath"),
    ("re", "Pattern"),
})  # fmt: skip
#: By the id of the class: to look a class itself up asks its metaclass for `==`.
_BRACKETS: Final[dict[int, tuple[str, str, str]]] = {
    id(list): ("[", "]", "[]"),
    id(tuple): ("(", ")", "()"),
    id(set): ("{", "}", "set()"),
    id(frozenset): ("frozenset({", "})", "frozenset()"),
    id(deque): ("deque([", "])", "deque([])"),
}
_DICTS: Final[dict[int, tuple[str, str]]] = {
    id(dict): ("{", "}"),
    id(OrderedDict): ("OrderedDict({", "})"),
    id(defaultdict): ("defaultdict({", "})"),
}


def is_transparent(obj: object) -> bool:
    """Tell whether the preview of an object says all that its own `repr` would.

    Args:
        obj: Any object.

    Returns:
        False for an object whose class may have its own idea of a `repr`.
    """
    cls = type(obj)
    if id(cls) in _BRACKETS or id(cls) in _DICTS or _scalar(obj, 10) is not None or is_class(obj) or is_module(obj):
        return True
    if libraries.kind(obj) == ("numpy", "ndarray"):
        return not obj.dtype.hasobject  # type: ignore[attr-defined]
    return class_attribute(cls, "__repr__")[1] is object


def one_line(
    obj: object, limit: int = MOST_COLUMNS, describe: Callable[[object], str] | None = None
) -> str:
    """Give an object's value in one line.

    Args:
        obj: Any object.
        limit: Most characters.
        describe: Says what an object is that only its own class can describe; `described` where it is None.

    Returns:
        The text, cut with `…`; never longer than `limit`.
    """
    return cut(_Writer(limit, describe or described).value(obj, 0), limit)


def preview(obj: object) -> str:
    """Give an object's value in at most 20 lines of 120 characters.

    Args:
        obj: Any object.

    Returns:
        One line where that is enough; else a line an item for builtin containers and a line an attribute
        for objects that have no `__repr__` of their own.
    """
    if type(obj) is str and "\n" in obj[: MOST_LINES * MOST_COLUMNS]:
        return cut_lines(repr(obj[: MOST_LINES * MOST_COLUMNS]).replace("\\n", "\\n\n"))
    if libraries.kind(obj) == ("numpy", "ndarray"):
        return cut_lines(_array(obj))
    line = _Writer(MOST_COLUMNS + 1, described).value(obj, 0)
    attributes = _attributes(obj)
    if attributes:
        return cut_lines("\n".join([line, *attributes]))
    if len(line) <= MOST_COLUMNS:
        return line
    return cut_lines(_item_lines(obj) or line)


def cut(text: str, limit: int) -> str:
    """Cut a text to one line of at most `limit` characters, the last of them `…` where something is missing."""
    text = text.replace("\r", "\\r").replace("\n", "\\n")
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"


def cut_lines(text: str) -> str:
    """Cut a text to 20 lines of 120 characters; where lines are missing, the last line is `…`."""
    lines = text[: MOST_LINES * MOST_COLUMNS * 8].split("\n")
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], "…"]
    return "\n".join(line if len(line) <= MOST_COLUMNS else line[: MOST_COLUMNS - 1] + "…" for line in lines)


class _Writer:
    """Writes one value; `left` is how many characters are still wanted, and `open` are the containers begun."""

    def __init__(self, limit: int, describe: Callable[[object], str]) -> None:
        self.left = limit
        self.open: set[int] = set()
        self.describe = describe

    def value(self, obj: Any, depth: int) -> str:
        text = _scalar(obj, max(self.left, 16))
        if text is None:
            text = self._container(obj, depth)
        return text if text is not None else self.describe(obj)

    def _container(self, obj: Any, depth: int) -> str | None:
        cls = type(obj)
        brackets = _BRACKETS.get(id(cls))
        pairs = _DICTS.get(id(cls))
        if brackets is None and pairs is None:
            return None
        opening, closing = (brackets or pairs or ("", ""))[:2]
        if not len(obj):
            return brackets[2] if brackets else opening + closing
        if id(obj) in self.open or depth >= _DEEPEST:
            return f"{opening}...{closing}"
        self.open.add(id(obj))
        self.left -= len(opening) + len(closing)
        inner = self._pairs(obj, depth) if pairs else self._items(obj, depth)
        self.open.discard(id(obj))
        if cls is tuple and len(obj) == 1:
            inner += ","
        return f"{opening}{inner}{closing}"

    def _items(self, obj: Any, depth: int) -> str:
        return self._join(obj, len(obj), lambda item: self.value(item, depth + 1))

    def _pairs(self, obj: Any, depth: int) -> str:
        def pair(item: tuple[Any, Any]) -> str:
            return f"{self.value(item[0], depth + 1)}: {self.value(item[1], depth + 1)}"

        return self._join(dict.items(obj), len(obj), pair)

    def _join(self, items: Any, total: int, write: Any) -> str:
        written: list[str] = []
        for item in items:
            if self.left <= 0 or len(written) >= _MOST_ITEMS:
                written.append("…")
                break
            text = write(item)
            self.left -= len(text) + 2
            written.append(text)
        return ", ".join(written)


def described(obj: object) -> str:
    """Give what can be said of an object in a few words without asking it."""
    cls = type(obj)
    known = libraries.kind(obj)
    if known is not None:
        return described_known(obj, known)
    if cls is types.FunctionType or cls is types.BuiltinFunctionType:
        return f"<function {obj.__name__}>"  # type: ignore[attr-defined]
    if cls is types.MethodType:
        return (
            f"<bound method {getattr(obj.__func__, '__qualname__', '?')}>"
            if _is_plain_method(obj)
            else "<bound method>"
        )
    if is_class(obj):
        return f"<class '{class_name(obj, qualified=True)}'>"  # type: ignore[arg-type]
    if is_module(obj):
        name = lookup(instance_dict(obj), "__name__")
        return f"<module {name if type(name) is str else '?'!r}>"
    if _is_number_of_numpy(cls):
        return repr(obj)
    return f"<{class_name(cls)} object>"


def described_known(obj: Any, known: tuple[str, str]) -> str:
    """Describe a frame, series or array by its shape, such as `DataFrame 12,481 rows × 9 columns`."""
    library, name = known
    if name == "DataFrame":
        rows, columns = obj.shape
        return f"DataFrame {_count(rows, 'row')} × {_count(columns, 'column')}"
    if library == "numpy":
        return f"ndarray {obj.dtype} {obj.shape}"
    if name == "Series":
        return f"Series {obj.dtype} {_count(obj.shape[0], 'row')}"
    return f"{name} {_count(obj.shape[0], 'label')}"


def _is_number_of_numpy(cls: type) -> bool:
    if module_name(cls) != "numpy" or not is_made_in_c(cls) or class_name(cls) in ("void", "object_"):
        return False
    return any(class_name(base) == "generic" for base in type_mro(cls))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _is_plain_method(obj: Any) -> bool:
    return type(obj.__func__) is types.FunctionType


def _scalar(obj: Any, limit: int) -> str | None:
    cls = type(obj)
    if cls is str:
        return repr(obj) if len(obj) <= limit else repr(obj[:limit]) + "…"
    if cls is int:
        return repr(obj) if obj.bit_length() < _MOST_BITS else f"<int of {obj.bit_length():,} bits>"
    if obj is None or obj is ... or obj is NotImplemented or cls in _NUMBERS:
        return repr(obj)
    if cls is bytes or cls is bytearray:
        return repr(obj) if len(obj) <= limit else repr(obj[:limit]) + "…"
    if cls is range:
        return repr(obj)
    if cls is slice:
        return "slice(" + ", ".join(one_line(part, 40) for part in (obj.start, obj.stop, obj.step)) + ")"
    if (module_name(cls), class_name(cls)) in _BY_REPR and _is_stdlib(cls):
        return _zoned(obj, limit)
    return None


def _zoned(obj: Any, limit: int) -> str:
    """Write a value of the standard library; a time whose zone is a user's class would ask that for its `repr`."""
    zone = getattr(obj, "tzinfo", None)
    if zone is not None and module_name(type(zone)) not in ("datetime", "zoneinfo"):
        return f"<{class_name(type(obj))} object>"
    text = repr(obj)
    return text if len(text) <= limit else text[:limit] + "…"


def _is_stdlib(cls: type) -> bool:
    module = sys.modules.get(module_name(cls))
    return type(module) is types.ModuleType and module.__dict__.get(class_name(cls)) is cls


def _array(obj: Any) -> str:
    if obj.dtype.hasobject:
        return described(obj)
    numpy = sys.modules["numpy"]
    # `formatter` is given so that one that the user has set (which is their code) is not called.
    text = numpy.array2string(
        obj, separator=", ", threshold=60, edgeitems=3, max_line_width=110, formatter={}, prefix="array("
    )
    return f"array({text})"


def _attributes(obj: object) -> list[str]:
    """Give a line for each attribute of an object whose class has no `__repr__` of its own."""
    cls = type(obj)
    if is_class(obj) or is_module(obj) or _scalar(obj, 10) is not None or id(cls) in _BRACKETS or id(cls) in _DICTS:
        return []
    if module_name(cls) in ("builtins", "types", "functools") or libraries.kind(obj) is not None:
        return []
    own = instance_dict(obj)
    lines = []
    for name in keys(own):
        if type(name) is str and not name.startswith("_"):
            value = lookup(own, name)
            lines.append(
                f"  {name} = {one_line(value, MOST_COLUMNS - len(name) - 5)}" if value is not MISSING else name
            )
        if len(lines) >= MOST_LINES:
            break
    return lines


def _item_lines(obj: Any) -> str:
    cls = type(obj)
    if id(cls) in _DICTS:
        opening, closing = _DICTS[id(cls)]
        items = (f"  {one_line(key, 50)}: {one_line(value, 60)}," for key, value in dict.items(obj))
    elif id(cls) in _BRACKETS:
        opening, closing, _ = _BRACKETS[id(cls)]
        items = (f"  {one_line(item, MOST_COLUMNS - 4)}," for item in obj)
    else:
        return ""
    shown = [line for line, _ in zip(items, range(MOST_LINES - 2))]
    left = len(obj) - len(shown)
    if left > 0:
        shown[-1] = f"  … {left + 1:,} more"
    return "\n".join([opening, *shown, closing])
