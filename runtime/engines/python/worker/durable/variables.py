"""What there is to write, and in which order it comes back."""

from __future__ import annotations

import builtins
import sys
import types
from typing import Any, Final

from . import session
from .context import Key

_OURS: Final = frozenset({"__builtins__", "__name__", "__loader__", "__spec__", "__package__"})
_DATA: Final = 2


def of_session(namespace: dict[str, Any], state: dict[str, Any]) -> tuple[dict[Key, Any], list[Key]]:
    """All that is written, in the order in which it should come back; and the variables among it in their own order."""
    main = {
        Key("main", name): value
        for name, value in namespace.items()
        if isinstance(name, str) and name not in _OURS and not (name in ("__doc__", "__annotations__") and not value)
    }
    for name in ("_", "__"):
        if hasattr(builtins, name):
            main[Key("builtins", name)] = getattr(builtins, name)
    own: dict[Key, Any] = {Key("session", "sources"): session.sources(), Key("session", "state"): state}
    ordered = sorted(main.items(), key=lambda item: _rank(item[1]))
    return {**own, **dict(ordered)}, list(main)


def defines(value: Any) -> bool:
    """True for modules, functions and classes."""
    return _rank(value) < _DATA


def _rank(value: Any) -> int:
    """Modules first, then functions and classes: what is loaded later may need them by name."""
    if isinstance(value, types.ModuleType):
        return 0
    return 1 if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)) else _DATA


def submodules(values: dict[Key, Any]) -> list[str]:
    """Modules that were imported below packages that a variable holds: `xml` alone does not import `xml.dom`."""
    roots = {value.__name__ + "." for value in values.values() if type(value) is types.ModuleType}
    return sorted(
        name
        for name, module in list(sys.modules.items())
        if name.startswith(tuple(roots)) and module is not None and not name.startswith("hindsight_worker")
    )
