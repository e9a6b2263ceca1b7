"""Where a function, class or module is defined. Reads sources, imports nothing, runs nothing."""

from __future__ import annotations

import linecache
import os
import re
import sys
import types
from typing import Any, Final

from .classes import Kinds, class_name, is_class, module_name, type_dict
from .statics import MISSING, instance_dict, is_module, lookup

_MOST_SOURCE_BYTES: Final = 5_000_000
_MOST_WRAPPERS: Final = 20
_AROUND: Final = Kinds(types.MethodType, staticmethod, classmethod)
_NAMED: Final = Kinds(types.FunctionType, types.BuiltinFunctionType)


def definition_of(obj: object) -> dict[str, Any]:
    """Find where an object was defined.

    Args:
        obj: A function, method, class or module; anything else has no definition here.

    Returns:
        `{file, line}`, `{file}`, or nothing where it is not known. Lines from 1.
    """
    function = unwrapped(obj)
    if type(function) is types.FunctionType:
        return _place(function.__code__.co_filename, function.__code__.co_firstlineno)
    if is_module(obj):
        file = lookup(instance_dict(obj), "__file__")
        return _place(file, 1) if type(file) is str and not file.endswith((".so", ".pyd")) else {}
    if is_class(obj):
        return _of_class(obj)  # type: ignore[arg-type]
    return {}


def unwrapped(obj: Any) -> Any:
    """Give the function behind methods, wrappers (`functools.wraps`), partials and properties."""
    for _ in range(_MOST_WRAPPERS):
        kind = type(obj)
        if kind in _AROUND:
            obj = obj.__func__
        elif kind is property:
            obj = obj.fget
        elif kind is types.FunctionType or module_name(kind) in ("functools", "numpy"):
            inner = lookup(instance_dict(obj) if kind is not types.FunctionType else obj.__dict__, "__wrapped__")
            if inner is MISSING:
                return obj
            obj = inner
        else:
            return obj
    return obj


def module_of(obj: object) -> str:
    """Give the name of the module that an object is of; empty where it does not say."""
    if is_class(obj):
        return module_name(obj)  # type: ignore[arg-type]
    if is_module(obj):
        found = lookup(instance_dict(obj), "__name__")
    else:
        inner = unwrapped(obj)
        found = inner.__module__ if type(inner) in _NAMED else ""
    return found if type(found) is str else ""


def _place(file: str, line: int) -> dict[str, Any]:
    if file.startswith("<"):
        return {}
    return {"file": os.path.abspath(file), "line": max(1, line)}


def _of_class(cls: type) -> dict[str, Any]:
    file = _file_of_class(cls)
    if not file or file.startswith("<"):
        return {}
    line = type_dict(cls).get("__firstlineno__")
    if type(line) is not int:
        line = _line_of_class(file, class_name(cls))
    return _place(file, line) if line else {}


def _file_of_class(cls: type) -> str:
    module = lookup(sys.modules, module_name(cls))
    file = lookup(instance_dict(module), "__file__") if is_module(module) else MISSING
    if type(file) is str:
        return file if file.endswith(".py") else ""
    # A class of the session: `__main__` has no file, but its functions know theirs.
    prefix = class_name(cls) + "."
    for member in list(type_dict(cls).values()):
        function = unwrapped(member)
        if type(function) is types.FunctionType and function.__qualname__.startswith(prefix):
            return function.__code__.co_filename
    return ""


def _line_of_class(file: str, qualified: str) -> int:
    """Find the line of `class A` (then of `class B` behind it, for `A.B`); 0 when it is not there."""
    source = _source(file)
    at = 0
    for name in qualified.replace("<locals>.", "").split("."):
        match = re.compile(rf"^[ \t]*(?:class|(?:async )?def)[ \t]+{re.escape(name)}\b", re.MULTILINE).search(
            source, at
        )
        if match is None:
            return 0
        at = match.start()
    return source.count("\n", 0, at) + 1


def _source(file: str) -> str:
    # Only entries that hold their lines are used: a lazy one would call a loader, which may be a user's.
    cached = linecache.cache.get(file)
    if type(cached) is tuple and len(cached) == 4:
        return "".join(cached[2])
    try:
        if os.stat(file).st_size > _MOST_SOURCE_BYTES:
            return ""
        with open(file, encoding="utf-8", errors="replace") as source:
            return source.read()
    except OSError:
        return ""
