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
from typing import Any, Final

from . import cloudpickle_library, definitions, files, reasons, standard
from .arrays import APART_BYTES, reduce_array
from .context import Buffer, Key, Unit, variable
from .failures import Unkeepable

_cloudpickle = cloudpickle_library.load()

#: What their libraries write can be read again, so it need not be tried.
_TRUSTED: Final = frozenset(
    "builtins numpy pandas datetime collections decimal fractions uuid pathlib re random types zoneinfo enum"
    " itertools functools operator array string hindsight_worker".split()
)
_LOCKS: Final = (_thread.LockType, type(_thread.RLock()))
_WEAK: Final = (weakref.WeakKeyDictionary, weakref.WeakValueDictionary)

Reducer = Callable[["StatePickler", Any], Any]


class Scope:
    """What all pickles of one save share."""

    def __init__(self, main: dict[str, Any], values: dict[Key, Any]) -> None:
        self.main = main
        self.values = values
        #: Ids of values that other pickles refer to.
        self.referable: dict[int, Key] = {}
        #: Arrays whose views are written as views.
        self.kept_bases: set[int] = set()
        self.kinds: set[type] = set()
        self.modules: set[str] = set()
        self.files: set[str] = set()
        self.reducers: dict[type, tuple[Reducer | None, bool]] = {}
        for key, value in values.items():
            if type(value) not in _PLAIN and id(value) not in self.referable:
                self.referable[id(value)] = key
                if type(value).__module__ == "numpy":
                    self.kept_bases.add(id(value))


_PLAIN: Final = frozenset(
    (type(None), bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)
    + (type(Ellipsis), type(NotImplemented), types.BuiltinFunctionType, types.ModuleType)
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
        #: The last object that a reducer was asked about: where a failure is.
        self.last: Any = None
        self._asked = 0
        super().__init__(self.sink, 5, self._take_buffer)

    @property
    def moved(self) -> int:
        """A number that grows while something gets done."""
        return self.sink.size + self._asked

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

    def reducer_override(self, obj: Any) -> Any:
        """As of `__reduce__`, or NotImplemented for pickle's own way."""
        key = self.scope.referable.get(id(obj))
        if key is not None and key not in self.unit.keys:
            self.unit.needs[key] = None
            self.unit.referred.add(id(obj))
            return variable, tuple(key)
        self.last = obj
        self._asked += 1
        found = self.scope.reducers.get(type(obj))
        if found is None:
            found = self.scope.reducers[type(obj)] = _resolve(self.scope, type(obj))
        reducer, trusted = found
        if not trusted:
            self.unit.doubtful = True
        return NotImplemented if reducer is None else reducer(self, obj)

    def mutable_ids(self) -> set[int]:
        """Ids of the objects in this pickle whose identity can be noticed. Valid while this pickler is alive."""
        memo = self.memo.copy()
        found = {identity for identity, (_, obj) in memo.items() if _NOTICEABLE[type(obj)]}
        return (found | (self.unit.by_value & memo.keys())) - self.unit.referred

    def _take_buffer(self, buffer: pickle.PickleBuffer) -> bool:
        try:
            raw = buffer.raw()
        except BufferError:
            return True
        if raw.nbytes < APART_BYTES:
            return True
        self.unit.buffers.append(Buffer(raw, 1, plain=True))
        return False


def _build_immutable() -> frozenset[type]:
    import datetime
    import decimal
    import fractions
    import pathlib
    import re
    import uuid

    kinds = {type(None), bool, int, float, complex, str, bytes, tuple, frozenset, range, slice, types.CodeType}
    kinds |= {types.BuiltinFunctionType, type(Ellipsis), type(NotImplemented), types.GetSetDescriptorType}
    kinds |= {datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone}
    kinds |= {decimal.Decimal, fractions.Fraction, uuid.UUID, re.Pattern, types.GenericAlias}
    kinds |= {type(pathlib.Path()), type(pathlib.PurePath()), logging.Logger, logging.RootLogger, weakref.ref}
    kinds |= {types.MethodDescriptorType, types.WrapperDescriptorType, types.MemberDescriptorType}
    return frozenset(kinds)


_IMMUTABLE: Final = _build_immutable()
_VALUES: Final = frozenset(
    {"enum.Enum", "numpy.dtype", "numpy.generic", "datetime.tzinfo", "logging.Logger", "pandas.api.extensions.ExtensionDtype"}
    | {"pandas.core.dtypes.base.ExtensionDtype", "pandas._libs.tslibs.offsets.BaseOffset", "typing._Final"}
)


class _Noticeable(dict[type, bool]):
    """For each type, whether it can matter that two of its objects are one."""

    def __missing__(self, kind: type) -> bool:
        named = (f"{each.__module__}.{each.__qualname__}" for each in type.mro(kind) if each is not type)
        by_name = issubclass(kind, (type, types.FunctionType, types.ModuleType))
        self[kind] = not (kind in _IMMUTABLE or by_name or any(name in _VALUES for name in named))
        return self[kind]


_NOTICEABLE: Final = _Noticeable()


def _resolve(scope: Scope, kind: type) -> tuple[Reducer | None, bool]:
    """The reducer for a type, and whether what it makes can be loaded for certain."""
    scope.kinds.add(kind)
    module = kind.__module__ if isinstance(kind.__module__, str) else ""
    trusted = module.partition(".")[0] in _TRUSTED
    return _reducer_of(kind, module), trusted


def _reducer_of(kind: type, module: str) -> Reducer | None:
    if kind in _TABLE:
        return _TABLE[kind]
    if issubclass(kind, type):
        return _class
    if module == "numpy" and kind.__name__ == "ndarray":
        return _array
    if module.startswith("numpy") and kind.__name__ == "memmap":
        return lambda pickler, array: standard.reduce_memory_map(pickler.unit, array)
    if issubclass(kind, files.KINDS) or module.startswith("hindsight_worker"):
        return _file
    if issubclass(kind, BaseException):
        return lambda pickler, error: standard.reduce_exception(pickler.unit, error)
    if issubclass(kind, logging.Logger):
        return _logger
    if kind in reasons.UNKEEPABLE or reasons.of_type(kind) is not None:
        return _refuse
    if module.startswith("matplotlib.figure"):
        return _figure
    return None


def _refuse(pickler: StatePickler, obj: Any) -> Any:
    if hasattr(type(obj), "__getstate__") and "__reduce_ex__" in type(obj).__dict__:
        return NotImplemented
    raise Unkeepable(reasons.of_type(type(obj)) or "it cannot be taken apart")


def _array(pickler: StatePickler, array: Any) -> Any:
    return reduce_array(pickler.unit, array, pickler.scope.kept_bases)


def _class(pickler: StatePickler, kind: type) -> Any:
    pickler.scope.kinds.add(kind)
    return definitions.reduce_class(pickler.unit, kind)


def _function(pickler: StatePickler, function: types.FunctionType) -> Any:
    pickler.scope.modules.add(function.__module__ or "")
    return definitions.reduce_function(pickler.unit, function, pickler.scope.main)


def _code(pickler: StatePickler, code: types.CodeType) -> Any:
    pickler.scope.files.add(code.co_filename)
    return definitions.reduce_code(code)


def _file(pickler: StatePickler, file: Any) -> Any:
    name = files.stream_name(file)
    if name is not None:
        return standard.make_stream, (name,)
    return files.reduce_file(pickler.unit, file) if isinstance(file, files.KINDS) else NotImplemented


def _logger(pickler: StatePickler, logger: logging.Logger) -> Any:
    if logging.Logger.manager.loggerDict.get(logger.name) is not logger and logger is not logging.root:
        return NotImplemented
    if logger.handlers or logger.level:
        pickler.unit.remark("a logger comes back by its name, without its handlers and level")
    return logging.getLogger, (() if logger is logging.root else (logger.name,))


def _figure(pickler: StatePickler, figure: Any) -> Any:
    pickler.unit.remark("a figure comes back with a new canvas: what was connected to its events is gone")
    return NotImplemented


def _module(pickler: StatePickler, module: types.ModuleType) -> Any:
    pickler.scope.modules.add(module.__name__)
    return standard.reduce_module(pickler.unit, module)


def _memory(pickler: StatePickler, view: memoryview) -> Any:
    pickler.unit.remark("a memoryview comes back with a copy of its memory")
    return memoryview, (bytearray(view) if not view.readonly else bytes(view),)


def _no_remark(reduce: Callable[[Unit, Any], Any]) -> Reducer:
    return lambda pickler, obj: reduce(pickler.unit, obj)


_TABLE: Final[dict[type, Reducer]] = {
    types.FunctionType: _function,
    types.CodeType: _code,
    types.CellType: lambda pickler, cell: definitions.reduce_cell(cell),
    types.ModuleType: _module,
    types.MethodType: _no_remark(standard.reduce_method),
    memoryview: _memory,
    weakref.ref: _no_remark(standard.reduce_weak_reference),
    type(functools.lru_cache(lambda: None)): _no_remark(standard.reduce_cached_function),
    **{kind: _no_remark(standard.reduce_lock) for kind in _LOCKS},
    **{kind: _no_remark(standard.reduce_weak_dictionary) for kind in _WEAK},
}
