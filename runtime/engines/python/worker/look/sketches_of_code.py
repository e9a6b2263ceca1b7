"""What a sketch says of functions and classes: those of the session by their code, those of libraries by name."""

from __future__ import annotations

import linecache
import types
from typing import Any, Final

from .classes import class_name, module_name, type_dict, type_mro

_MOST_LINES: Final = 400
#: What a class's dictionary has that does not make it another class.
_NOT_STATE: Final = frozenset({
    "__dict__", "__weakref__", "__module__", "__firstlineno__", "__static_attributes__", "_abc_impl",
    "__abstractmethods__", "__subclasshook__", "__annotations_cache__",
})  # fmt: skip


def sketch_function(function: Any) -> tuple[str, tuple[Any, ...], Any]:
    """Sketch a function: what it does, not where it stands.

    Args:
        function: A function made by Python code.

    Returns:
        By name and code only where it is one that an imported module defines at its top.
    """
    module = function.__globals__.get("__name__") if type(function.__globals__) is dict else None
    if module != "__main__" and "<" not in function.__qualname__:
        return "named", (f"{module}.{function.__qualname__}",), code_state(function.__code__)
    state = (
        code_state(function.__code__),
        function.__defaults__,
        function.__kwdefaults__,
        function.__closure__,
        function.__dict__ or None,
    )
    return "function", (function.__qualname__,), state


def sketch_class(cls: type) -> tuple[str, tuple[Any, ...], Any]:
    """Sketch a class: one that the session defined by what is in it, any other by name."""
    name = class_name(cls, qualified=True)
    if module_name(cls) != "__main__":
        return "named", (name,), None
    own = {key: value for key, value in type_dict(cls).items() if type(key) is str and key not in _NOT_STATE}
    own = {key: value for key, value in own.items() if type(value) is not types.MemberDescriptorType}
    return "class", (name,), ([base for base in type_mro(cls)[1:] if base is not object], own)


def code_state(code: types.CodeType) -> tuple[Any, ...]:
    """Give what makes a code object do what it does, without its file and lines."""
    constants = [code_state(each) if type(each) is types.CodeType else each for each in code.co_consts]
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return (code.co_name, code.co_code, constants, counts, names)


def source_of(function: Any) -> list[str]:
    """Give the lines of a function's source, none where they are not known."""
    code = function.__code__
    lines = linecache.cache.get(code.co_filename)
    if lines is None or len(lines) < 3:
        return []
    text: list[str] = lines[2]
    last = max((line for _, _, line in code.co_lines() if line), default=code.co_firstlineno)
    last = max([last, *(_last_line(each) for each in code.co_consts if type(each) is types.CodeType)])
    return [line.rstrip("\n") for line in text[code.co_firstlineno - 1 : last]][:_MOST_LINES]


def _last_line(code: types.CodeType) -> int:
    return max((line for _, _, line in code.co_lines() if line), default=code.co_firstlineno)
