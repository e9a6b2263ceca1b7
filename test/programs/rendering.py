"""What a frame's variables hold, as text that is the same in every process: no addresses, sets in order.

The same code runs in the reference and at the moments of a recording. It calls nothing of what it describes. Knows no debugger.
"""

import hashlib
import types
from typing import Any, Callable

_PLAIN = (type(None), bool, int, float, complex, str, bytes, bytearray, range)
_SEQUENCES = (list, tuple)
_MOST = 60
_DEEPEST = 4


def digest(variables: Any) -> str:
    """A few digits that two frames have in common when `render` says the same of them."""
    return hashlib.sha256(render(variables).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def render(variables: Any) -> str:
    """Every variable in a line of its own, in order of name; those of the interpreter itself are left out."""
    return "\n".join(f"{name} = {_text(value, 0)}" for name, value in sorted(dict(variables).items()) if is_own(name))


def is_own(name: str) -> bool:
    """Whether a variable is the program's, and not the interpreter's, nor one that nobody wants to see."""
    return not name.startswith(("__", ".")) and name != "_"


def _text(value: Any, depth: int) -> str:
    kind = type(value)
    if kind in _PLAIN:
        return repr(value)[:300]
    if depth > _DEEPEST:
        return f"<{kind.__qualname__}>"
    describe = _DESCRIBED.get(kind)
    if describe is not None:
        return describe(value)
    if kind in _SEQUENCES:
        return f"{kind.__name__}({', '.join(_text(item, depth + 1) for item in value[:_MOST])}; {len(value)})"
    if kind in (set, frozenset):
        return f"{kind.__name__}({', '.join(sorted(_text(item, depth + 1) for item in value))})"
    if kind is dict:
        pairs = [(key, item) for key, item in value.items() if key != "__builtins__"][:_MOST]
        return f"dict({', '.join(f'{_text(key, depth + 1)}: {_text(item, depth + 1)}' for key, item in pairs)}; {len(pairs)})"
    if isinstance(value, type):
        return f"<class {type.__getattribute__(value, '__qualname__')}>"
    if isinstance(value, BaseException):
        return f"<{kind.__qualname__} {_text(value.args, depth + 1)}>"
    return f"<{kind.__qualname__}{_attributes(value, depth)}>"


def _attributes(value: Any, depth: int) -> str:
    """What an instance of a class of the program holds, seen past its own `__getattr__` and properties."""
    if not type(value).__module__.startswith(("__main__", "helpers")):
        return ""
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        own = {}
    return "".join(f" {name}={_text(item, depth + 1)}" for name, item in own.items())


def _function(value: Any) -> str:
    return f"<function {value.__qualname__}>"


def _flow(frame: str, code: str) -> Callable[[Any], str]:
    def describe(value: Any) -> str:
        at = getattr(value, frame)
        where = "ended" if at is None else f"line {at.f_lineno}"
        return f"<{type(value).__name__} {getattr(value, code).co_name} {where}>"

    return describe


_DESCRIBED: dict[type, Callable[[Any], str]] = {
    types.FunctionType: _function,
    types.BuiltinFunctionType: _function,
    types.MethodType: _function,
    types.ModuleType: lambda value: f"<module {value.__name__}>",
    types.GeneratorType: _flow("gi_frame", "gi_code"),
    types.CoroutineType: _flow("cr_frame", "cr_code"),
    types.AsyncGeneratorType: _flow("ag_frame", "ag_code"),
}
