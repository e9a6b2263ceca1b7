"""One pickle: a unit of variables to bytes and buffers. Decides by type which reducer is asked.

Knows nothing of objects on disk. A pickle never writes the same object of another variable: it refers to that
variable, wherever the object is of a kind that `reducer_override` is asked about (not the built-in containers).
"""

from __future__ import annotations

import _thread
import copyreg
import functools
import logging
import pickle
import types
import weakref
from collections.abc import Callable
from typing import Any, Final, Optional

from . import cloudpickle_library, definitions, files, reasons, standard
from .arrays import APART_BYTES, reduce_array
from .context import Buffer, Key, Unit, variable
from .failures import Unkeepable
from .noticing import Holding, noticeable
from .scope import Reducer, Scope, Work
from .trusting import can_be_read

_cloudpickle = cloudpickle_library.load()

_LOCKS: Final = (_thread.LockType, type(_thread.RLock()))
_WEAK: Final = (weakref.WeakKeyDictionary, weakref.WeakValueDictionary)

#: Pickle writes exact objects of these types without asking.
_NEVER_ASKED: Final = frozenset(
    (type(None), bool, int, float, str, bytes, bytearray, list, tuple, dict, set, frozenset, pickle.PickleBuffer)
)


class Sink:
    """Takes what a pickler writes without copying what is large."""

    def __init__(self) -> None:
        self.parts: list[bytes | memoryview] = []
        self.size = 0

    def write(self, data: Any) -> int:
        part = data if isinstance(data, bytes) else memoryview(data).cast("B")
        self.parts.append(part)
        self.size += len(part)
        return len(part)


class StatePickler(_cloudpickle.Pickler):  # type: ignore[misc, name-defined]
    """Pickles the variables of one unit, one `dump` each; they share what they share."""

    #: A plain dict: the ChainMap of cloudpickle costs microseconds an object.
    dispatch_table = {**copyreg.dispatch_table, **_cloudpickle.Pickler._dispatch_table}

    def __init__(self, scope: Scope, unit: Unit) -> None:
        self.sink = Sink()
        self.scope = scope
        self.unit = unit
        #: All objects in the order in which they were met, alive: so no id of them is used again.
        self._met: list[Any] = []
        super().__init__(self.sink, 5, self._take_buffer)
        # Asked about every object, and answers None, which is "pickle it": that is how they are gathered in C.
        self.persistent_id = self._met.append
        self.reducer_override = _override_of(Work(scope, unit))

    @property
    def moved(self) -> int:
        """A number that grows while something gets done."""
        return self.sink.size + len(self._met)

    @property
    def last(self) -> Any:
        """The last object that a reducer was asked about: where a failure is."""
        return next((each for each in reversed(self._met) if type(each) not in _NEVER_ASKED), None)

    def dump_variable(self, key: Key) -> int:
        """Pickle one variable.

        Returns:
            Its bytes, buffers included.

        Raises:
            BaseException: Whatever the user's classes raise; the pickler is useless then.
        """
        self.unit.current = key
        buffers, size = len(self.unit.buffers), self.sink.size
        pickle.Pickler.dump(self, self.scope.values[key])
        return self.sink.size - size + sum(len(memoryview(b.data).cast("B")) for b in self.unit.buffers[buffers:])

    def hold(self) -> Holding:
        """The objects that were met since the last time and whose identity can be noticed, kept alive."""
        by_value, referred = self.unit.by_value, self.unit.referred
        found = noticeable(self._met)
        if noticeable(list(referred.values())):
            found = [each for each in found if id(each) not in referred]
        found += [each for identity, each in by_value.items() if identity not in referred]
        self._met.clear()
        return Holding(found)

    def _take_buffer(self, buffer: pickle.PickleBuffer) -> bool:
        try:
            raw = buffer.raw()
        except BufferError:
            return True
        if raw.nbytes < APART_BYTES:
            return True
        self.unit.buffers.append(Buffer(raw, 1, plain=True))
        return False


class _Reducers(dict[type, Optional[Reducer]]):
    """The reducers by type, for one unit, which is told of types that it had better try."""

    def __init__(self, scope: Scope, unit: Unit) -> None:
        super().__init__()
        self._scope = scope
        self._unit = unit

    def __missing__(self, kind: type) -> Reducer | None:
        found = self._scope.reducers.get(kind)
        if found is None:
            found = self._scope.reducers[kind] = _resolve(self._scope, kind)
        self[kind], trusted = found
        if not trusted:
            self._unit.doubtful = True
        return found[0]


def _override_of(work: Work) -> Callable[[Any], Any]:
    """A pickler's `reducer_override`: as of `__reduce__`, or NotImplemented for pickle's own way.

    A closure, because it is called for every instance; not of the pickler, so that this is freed as soon as it is done with.
    """
    referable, unit = work.scope.referable, work.unit
    reducers = _Reducers(*work)

    def override(obj: Any) -> Any:
        if id(obj) in referable and (key := referable[id(obj)]) not in unit.keys:
            unit.needs[key] = None
            unit.referred[id(obj)] = obj
            return variable, tuple(key)
        reducer = reducers[type(obj)]
        return NotImplemented if reducer is None else reducer(work, obj)

    return override


def _resolve(scope: Scope, kind: type) -> tuple[Reducer | None, bool]:
    """The reducer for a type, and whether what it makes can be loaded for certain."""
    scope.kinds.add(kind)
    module = kind.__module__ if isinstance(kind.__module__, str) else ""
    return _reducer_of(kind, module), can_be_read(kind)


def _reducer_of(kind: type, module: str) -> Reducer | None:
    if kind in _TABLE:
        return _TABLE[kind]
    if issubclass(kind, type):
        return _class
    if module == "numpy" and kind.__name__ == "ndarray":
        return _array
    if module.startswith("numpy") and kind.__name__ == "memmap":
        return lambda work, array: standard.reduce_memory_map(work.unit, array)
    if issubclass(kind, files.KINDS) or module.startswith("hindsight_worker"):
        return _file
    if issubclass(kind, BaseException):
        return lambda work, error: standard.reduce_exception(work.unit, error)
    if issubclass(kind, logging.Logger):
        return _logger
    if kind in reasons.UNKEEPABLE or reasons.of_type(kind) is not None:
        return _refuse
    if module.startswith("matplotlib.figure"):
        return _figure
    return None


def _refuse(work: Work, obj: Any) -> Any:
    if hasattr(type(obj), "__getstate__") and "__reduce_ex__" in type(obj).__dict__:
        return NotImplemented
    raise Unkeepable(reasons.of_type(type(obj)) or "it cannot be taken apart")


def _array(work: Work, array: Any) -> Any:
    return reduce_array(work, array)


def _class(work: Work, kind: type) -> Any:
    work.scope.kinds.add(kind)
    return definitions.reduce_class(work.unit, kind)


def _function(work: Work, function: types.FunctionType) -> Any:
    work.scope.modules.add(function.__module__ or "")
    return definitions.reduce_function(work.unit, function, work.scope.main)


def _code(work: Work, code: types.CodeType) -> Any:
    work.scope.files.add(code.co_filename)
    return definitions.reduce_code(code)


def _file(work: Work, file: Any) -> Any:
    name = files.stream_name(file)
    if name is not None:
        return standard.make_stream, (name,)
    return files.reduce_file(work.unit, file) if isinstance(file, files.KINDS) else NotImplemented


def _logger(work: Work, logger: logging.Logger) -> Any:
    if logging.Logger.manager.loggerDict.get(logger.name) is not logger and logger is not logging.root:
        return NotImplemented
    if logger.handlers or logger.level:
        work.unit.remark("a logger comes back by its name, without its handlers and level")
    return logging.getLogger, (() if logger is logging.root else (logger.name,))


def _figure(work: Work, figure: Any) -> Any:
    work.unit.remark("a figure comes back with a new canvas: what was connected to its events is gone")
    return NotImplemented


def _module(work: Work, module: types.ModuleType) -> Any:
    work.scope.modules.add(module.__name__)
    return standard.reduce_module(work.unit, module)


def _memory(work: Work, view: memoryview) -> Any:
    work.unit.remark("a memoryview comes back with a copy of its memory")
    return memoryview, (bytearray(view) if not view.readonly else bytes(view),)


def _no_remark(reduce: Callable[[Unit, Any], Any]) -> Reducer:
    return lambda work, obj: reduce(work.unit, obj)


_TABLE: Final[dict[type, Reducer]] = {
    types.FunctionType: _function,
    types.CodeType: _code,
    types.CellType: lambda work, cell: definitions.reduce_cell(cell),
    types.ModuleType: _module,
    types.MethodType: _no_remark(standard.reduce_method),
    memoryview: _memory,
    weakref.ref: _no_remark(standard.reduce_weak_reference),
    type(functools.lru_cache(lambda: None)): _no_remark(standard.reduce_cached_function),
    **{kind: _no_remark(standard.reduce_lock) for kind in _LOCKS},
    **{kind: _no_remark(standard.reduce_weak_dictionary) for kind in _WEAK},
}
