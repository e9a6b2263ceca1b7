"""How a function of C is replaced: by a callable that, like it, does not bind to the object whose attribute it is.

A Python function as the attribute of a class would be given `self`; a bound method would not. Its `__self__` says by
itself how it is pickled: as the module that the function is of.
"""

import importlib
import sys
from types import MethodType, ModuleType
from typing import Any, Callable

from hindsight_worker.debugging.replaying.log import tag_of
from hindsight_worker.debugging.replaying.player import OFF, player
from hindsight_worker.debugging.replaying.references import References


class Home:
    """Stands for a module."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<module {self.name!r}>"

    def __reduce__(self) -> Any:
        return (importlib.import_module, (self.name,))


Make = Callable[[Any, int], Callable[..., Any]]


def replace(references: References, module: str, names: str, make: Make) -> None:
    """Has the functions of these names replaced by what `make(original, tag)` returns: a function whose first parameter is not used."""
    found = sys.modules.get(module)
    for name in names.split():
        original = getattr(found, name, None)
        if isinstance(found, ModuleType) and original is not None:
            references.add(original, _maker(original, module, name, make))


def recorded(original: Any, tag: int) -> Callable[..., Any]:
    """Records what `original` returns or raises; in a replay it is not called."""

    def call(_home: Any, *arguments: Any, **named: Any) -> Any:
        if player.mode == OFF:
            return original(*arguments, **named)
        return player.through(tag, lambda: original(*arguments, **named))

    return call


def _maker(original: Any, module: str, name: str, make: Make) -> Callable[[], Any]:
    def made() -> Any:
        function = make(original, tag_of(f"{module}.{name}"))
        function.__name__ = function.__qualname__ = name
        function.__module__ = module
        function.__doc__ = original.__doc__
        function.__wrapped__ = original  # type: ignore[attr-defined]
        return MethodType(function, Home(module))

    return made
