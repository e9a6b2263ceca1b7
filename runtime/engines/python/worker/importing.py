"""Callbacks after the import of modules that a session adapts: getpass, matplotlib, IPython.

Knows nothing of them: each feature registers its own.
"""

import sys
from types import ModuleType
from typing import Any, Callable

_callbacks: dict[str, Callable[[ModuleType], None]] = {}


def after_import(name: str, callback: Callable[[ModuleType], None]) -> None:
    """Calls `callback` with the module right after it was imported, before its importer goes on."""
    _callbacks[name] = callback


def install() -> None:
    """Puts the finder in front of all others."""
    sys.meta_path.insert(0, _Finder())  # type: ignore[arg-type]


class _Finder:
    """Finds with the other finders, and prepares what they found."""

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        callback = _callbacks.get(name)
        if callback is None:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _prepare(spec.loader, callback)
                return spec
        return None


def _prepare(loader: Any, callback: Callable[[ModuleType], None]) -> None:
    execute = getattr(loader, "exec_module", None)
    if execute is None:
        return

    def exec_module(module: ModuleType) -> None:
        execute(module)
        callback(module)

    try:
        # On the instance, which belongs to this one import; the class stays as it is.
        loader.exec_module = exec_module
    except AttributeError:
        return
