"""Functions, code, closures and classes that no module can give back: how they are written and made again.

A function of the session gets the session's own global variables again; cells keep their identity, so that
closures go on sharing what they share. Classes are taken apart by cloudpickle.
"""

from __future__ import annotations

import marshal
import sys
import types
from enum import Enum
from typing import Any

from . import cloudpickle_library
from .context import Unit, current

_cloudpickle = cloudpickle_library.load()


def reduce_function(unit: Unit, function: types.FunctionType, main: dict[str, Any]) -> Any:
    """Reduce a function; NotImplemented for one that its module can give back."""
    if _cloudpickle._should_pickle_by_reference(function):
        return NotImplemented
    unit.by_value[id(function)] = function
    module = "__main__" if function.__globals__ is main else _module_of(function.__globals__)
    if module is None:
        return _cloudpickle.Pickler._dynamic_function_reduce(_Globals(), function)
    state = {
        "qualname": function.__qualname__,
        "defaults": function.__defaults__,
        "kwdefaults": function.__kwdefaults__,
        "annotations": _annotations(function),
        "module": function.__module__,
        "doc": function.__doc__,
        "attributes": function.__dict__ or None,
    }
    arguments = (function.__code__, module, function.__name__, function.__closure__)
    return make_function, arguments, {k: v for k, v in state.items() if v is not None}, None, None, set_function


def _annotations(function: types.FunctionType) -> Any:
    try:
        return function.__annotations__ or None
    except Exception:  # noqa: BLE001 - from 3.14 on they are evaluated late, by the user's code
        return None


def make_function(code: types.CodeType, module: str, name: str, closure: Any) -> types.FunctionType:
    """In pickles: a function without its state."""
    if module == "__main__":
        return types.FunctionType(code, current().namespace, name, None, closure)
    __import__(module)
    return types.FunctionType(code, vars(sys.modules[module]), name, None, closure)


def set_function(function: types.FunctionType, state: dict[str, Any]) -> None:
    """In pickles: the state of a function."""
    function.__qualname__ = state["qualname"]
    function.__defaults__ = state.get("defaults")
    function.__kwdefaults__ = state.get("kwdefaults")
    if "annotations" in state:
        function.__annotations__ = state["annotations"]
    function.__module__ = state.get("module")  # type: ignore[assignment]
    function.__doc__ = state.get("doc")
    function.__dict__.update(state.get("attributes", {}))


class _Globals:
    """What cloudpickle's way with functions of unknown global variables needs of a pickler."""

    def __init__(self) -> None:
        self.globals_ref: dict[int, dict[str, Any]] = {}

    _function_getnewargs = _cloudpickle.Pickler._function_getnewargs


def _module_of(variables: dict[str, Any]) -> str | None:
    name = variables.get("__name__")
    module = sys.modules.get(name) if isinstance(name, str) else None
    return name if module is not None and getattr(module, "__dict__", None) is variables else None


def reduce_code(code: types.CodeType) -> Any:
    """Reduce a code object to marshalled bytes, with where it stands for Pythons that cannot read those."""
    try:
        marshalled = marshal.dumps(code)
    except ValueError:
        return _cloudpickle._code_reduce(code)
    qualname = getattr(code, "co_qualname", "")
    return make_code, (marshalled, code.co_filename, code.co_name, qualname, code.co_firstlineno)


def make_code(marshalled: bytes, file: str, name: str, qualname: str, line: int) -> types.CodeType:
    """In pickles: a code object; under another Python version compiled again from its source."""
    find = current().find_code
    return marshal.loads(marshalled) if find is None else find(file, name, qualname, line)


def reduce_cell(cell: types.CellType) -> Any:
    """Reduce a cell so that its content may refer to it."""
    try:
        content = cell.cell_contents
    except ValueError:
        return make_cell, ()
    return make_cell, (), (content,), None, None, set_cell


def make_cell() -> types.CellType:
    """In pickles: an empty cell."""
    return types.CellType()


def set_cell(cell: types.CellType, content: tuple[Any]) -> None:
    """In pickles: the content of a cell."""
    (cell.cell_contents,) = content


def reduce_class(unit: Unit, kind: type) -> Any:
    """Reduce a class; NotImplemented for one that its module can give back."""
    reduced = _cloudpickle._class_reduce(kind)
    if reduced is NotImplemented or len(reduced) < 6:
        return reduced
    unit.by_value[id(kind)] = kind
    if any("__init_subclass__" in vars(base) for base in kind.__mro__[1:-1]):
        unit.doubtful = True
    make, arguments, *rest = reduced
    # The last but one is cloudpickle's id of the class, a random one: equal classes would differ in every checkpoint.
    return make, (*arguments[:-2], None, arguments[-1]), *rest


def is_local_enum(kind: type) -> bool:
    """True for members of enumerations that are written by value."""
    return issubclass(kind, Enum) and not _cloudpickle._should_pickle_by_reference(kind)
