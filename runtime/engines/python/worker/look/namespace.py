"""The variables of a session: which are shown, in which order, of which kind, and what a path of the protocol leads to."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import contents
from .classes import Kinds, class_name, is_class, module_name
from .statics import MISSING, is_module, keys, lookup

_FUNCTIONS: Final = Kinds(
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType,
    types.WrapperDescriptorType, types.MethodWrapperType, types.ClassMethodDescriptorType,
)  # fmt: skip
_LIKE_FUNCTIONS: Final = frozenset({
    "ufunc", "_ArrayFunctionDispatcher", "cython_function_or_method", "_lru_cache_wrapper",
})  # fmt: skip
_ORDER: Final = {"data": 0, "function": 1, "class": 2, "module": 3}
#: What shells put into a namespace, with what tells that it is theirs.
_OF_SHELLS: Final = {"In": "builtins", "Out": "builtins", "exit": "", "quit": "", "get_ipython": "", "open": "io"}
_DIGITS: Final = re.compile(r"(\d+)")


def follow(namespace: Mapping[str, Any], path: Sequence[str | int]) -> Any:
    """Give the object that a path of the protocol leads to, or MISSING."""
    value: Any = lookup(namespace, path[0]) if path and type(path[0]) is str else MISSING
    for index in path[1:]:
        if value is MISSING or type(index) is not int:
            return MISSING
        value = contents.child(value, index)
    return value


def shown_names(namespace: Mapping[str, Any]) -> list[str]:
    """Name the variables that a person made, in the order in which they are shown.

    Args:
        namespace: The session's.

    Returns:
        Data first, then functions, classes and modules, each in the order of the alphabet and of numbers, those with
        `_` in front last; without what Python, we and interactive shells keep in a namespace.
    """
    found = [name for name in keys(namespace) if type(name) is str and not _is_hidden(namespace, name)]
    kinds = {name: _ORDER[kind_of(namespace[name])] for name in found}
    return sorted(found, key=lambda name: (kinds[name], name.startswith("_"), _natural(name), name))


def kind_of(value: object) -> str:
    """Tell whether a value is `data`, a `function`, a `class` or a `module`."""
    cls = type(value)
    if cls in _FUNCTIONS:
        return "function"
    if is_class(value):
        return "class"
    if is_module(value):
        return "module"
    return "function" if class_name(cls) in _LIKE_FUNCTIONS else "data"


def type_of(value: object) -> str:
    """Name the class of a value as it is shown, without its module."""
    return "property" if value is MISSING else class_name(type(value))


def _is_hidden(namespace: Mapping[str, Any], name: str) -> bool:
    if name.startswith("__") or not name.strip("_"):
        return True
    # The history of IPython: `_i`, `_ii`, `_i12`, `_12`, `_dh`, `_oh`, `_ih`.
    if name.startswith("_") and (name in ("_i", "_ii", "_iii", "_dh", "_oh", "_ih") or name.lstrip("_i").isdigit()):
        return True
    if name not in _OF_SHELLS:
        return False
    cls = type(namespace[name])
    if name in ("In", "Out"):
        return cls is (list if name == "In" else dict)
    module = module_name(cls).partition(".")[0]
    return module in ("IPython", "_sitebuiltins") or (cls is types.MethodType and name == "get_ipython")


def _natural(name: str) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in _DIGITS.split(name.lower()) if part]
