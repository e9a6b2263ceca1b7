"""Objects of the standard library that pickle refuses or loses parts of, and that can be made again all the same.

Locks that nobody holds, weak references, caches of functions, exceptions with their causes, memory maps of numpy.
"""

from __future__ import annotations

import _thread
import functools
import sys
import types
import weakref
from typing import Any

from .context import Unit, current
from .failures import Unkeepable


def reduce_lock(unit: Unit, lock: Any) -> Any:
    """Reduce a lock that nobody holds: a new one is the same."""
    if repr(lock).startswith("<locked"):
        raise Unkeepable("it is a lock that somebody holds")
    return (_thread.allocate_lock, ()) if type(lock) is _thread.LockType else (_thread.RLock, ())


def reduce_weak_reference(unit: Unit, reference: Any) -> Any:
    """Reduce a weak reference; what it refers to comes back with it, and stays if another variable holds it."""
    if reference.__callback__ is not None:
        unit.remark("a weak reference comes back without its callback")
    target = reference()
    return (weakref.ref, (target,)) if target is not None else (make_dead_reference, ())


def make_dead_reference() -> Any:
    """In pickles: a weak reference to what is gone."""
    return weakref.ref(type("gone", (), {})())


def reduce_weak_dictionary(unit: Unit, dictionary: Any) -> Any:
    """Reduce a weak dictionary to its present items."""
    return type(dictionary), (), None, None, iter(list(dictionary.items()))


def reduce_cached_function(unit: Unit, function: Any) -> Any:
    """Reduce what `functools.lru_cache` made; NotImplemented where its module can give it back."""
    inner = function.__wrapped__
    module = sys.modules.get(getattr(inner, "__module__", ""))
    if module is not None and inner.__module__ != "__main__" and _by_path(module, inner.__qualname__) is function:
        return NotImplemented
    if function.cache_info().currsize:
        unit.remark("its cache is empty")
    parameters = function.cache_parameters()
    return make_cached_function, (inner, parameters["maxsize"], parameters["typed"])


def make_cached_function(function: Any, maxsize: int | None, typed: bool) -> Any:
    """In pickles: a function with an empty cache."""
    return functools.lru_cache(maxsize, typed)(function)


def _by_path(module: Any, path: str) -> Any:
    for name in path.split("."):
        module = getattr(module, name, None)
    return module


def reduce_exception(unit: Unit, error: BaseException) -> Any:
    """Reduce an exception with what it was raised from, without its traceback."""
    reduced = error.__reduce_ex__(4)
    if error.__traceback__ is not None:
        unit.remark("an exception comes back without its traceback")
    if not isinstance(reduced, tuple) or len(reduced) > 3:
        return reduced
    links = (error.__cause__, error.__context__, error.__suppress_context__)
    if links == (None, None, False) or hasattr(type(error), "__setstate__") and not _plain_setstate(error):
        return reduced
    state = reduced[2] if len(reduced) == 3 else None
    return reduced[0], reduced[1], (state, *links), None, None, set_exception


def _plain_setstate(error: BaseException) -> bool:
    return type(error).__setstate__ is BaseException.__setstate__  # type: ignore[attr-defined]


def set_exception(error: BaseException, state: tuple[Any, Any, Any, bool]) -> None:
    """In pickles: the state of an exception, and what it was raised from."""
    own, error.__cause__, error.__context__, error.__suppress_context__ = state
    if own:
        error.__setstate__(own)  # type: ignore[attr-defined]


def reduce_memory_map(unit: Unit, array: Any) -> Any:
    """Reduce a `numpy.memmap` of a file to that file."""
    path = getattr(array, "filename", None)
    if path is None or getattr(array, "_mmap", None) is None or array.base is not array._mmap:
        return NotImplemented
    unit.remark(f"mapped again from {path}, whose content is not kept")
    order = "F" if array.flags.fnc else "C"
    mode = "r+" if array.mode == "w+" else array.mode
    return make_memory_map, (str(path), array.dtype, mode, array.offset, array.shape, order)


def make_memory_map(path: str, dtype: Any, mode: str, offset: int, shape: tuple[int, ...], order: str) -> Any:
    """In pickles: the mapping of a file."""
    return sys.modules["numpy"].memmap(path, dtype, mode, offset, shape, order)


def make_stream(name: str) -> Any:
    """In pickles: a stream of the session."""
    return getattr(sys, name)


def reduce_method(unit: Unit, method: types.MethodType) -> Any:
    """Reduce a bound method so that pickle does not look its function up by name."""
    return types.MethodType, (method.__func__, method.__self__)


def reduce_module(unit: Unit, module: types.ModuleType) -> Any:
    """Reduce a module to its name, or to its content where it was made by hand."""
    spec = getattr(module, "__spec__", None)
    if sys.modules.get(module.__name__) is module and (spec is not None or module.__name__ == "__main__"):
        return make_module, (module.__name__,)
    unit.by_value[id(module)] = module
    unit.remark("a module that was made by hand: its content is kept, importing it by name is not")
    content = {name: value for name, value in vars(module).items() if name not in ("__builtins__", "__loader__", "__spec__")}
    return types.ModuleType, (module.__name__,), content, None, None, set_module


def make_module(name: str) -> Any:
    """In pickles: an imported module."""
    if name == "__main__":
        return sys.modules[name]
    __import__(name)
    return sys.modules[name]


def set_module(module: types.ModuleType, content: dict[str, Any]) -> None:
    """In pickles: the content of a module that was made by hand."""
    vars(module).update(content)


def note(text: str) -> None:
    """In makers: a remark for the variable that is being loaded."""
    current().remark(text)
