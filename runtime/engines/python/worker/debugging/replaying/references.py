"""Puts one function in the place of another wherever a program has it, and takes it out again.

`from time import time` keeps the function itself, so exchanging the module's attribute is not enough. All references
are counted: only where some are left the modules are searched, and only then all objects.
"""

import ctypes
import gc
import sys
from functools import partial
from types import CellType, FunctionType, ModuleType
from typing import Any, Callable, Iterator, Sequence

# Modules in C, whose names only their Python counterparts should exchange: the import system and ours rest on them.
_UNTOUCHED = ("posix", "nt", "_socket", "_frozen_importlib_external", "_frozen_importlib", "_io", "_thread")
_OURS = "hindsight_worker"


def is_ours(module: str) -> bool:
    """True for the worker's own code, which must see the world as it is."""
    return module == _OURS or module.startswith(_OURS + ".")


class References:
    """What is exchanged, and where. Once exchanged pairs are kept: whoever kept a replacement finds it alive again."""

    def __init__(self) -> None:
        self._pairs: dict[int, tuple[Any, Any]] = {}
        self._own: dict[int, int] = {}
        # References that remained when all had been searched: those of C code, and of the worker's own.
        self._left: dict[int, int] = {}
        self._in_modules: list[tuple[dict[str, Any], str, int]] = []
        self._elsewhere: list[tuple[Callable[[Any], None], Any, Any]] = []
        self._hidden: set[int] = set()
        # What keeps a function where it cannot be exchanged, in words.
        self.unreachable: list[str] = []

    def add(self, original: Any, make: Callable[[], Any]) -> None:
        """`make` makes the replacement of `original`; what it keeps of it is not searched for."""
        if id(original) in self._pairs:
            return
        before = sys.getrefcount(original)
        replacement = make()
        self._pairs[id(original)] = (original, replacement)
        self._own[id(original)] = sys.getrefcount(original) - before
        function = replacement.__func__
        self._hidden.update((id(self._pairs[id(original)]), id(vars(function))))
        self._hidden.update(id(cell) for cell in function.__closure__ or ())

    def put_in(self) -> None:
        """Exchanges all references that can be found."""
        for names, key, number in self._in_modules:
            if names.get(key) is self._pairs[number][0]:
                names[key] = self._pairs[number][1]
        if self._with_more():
            self._search_modules()
        more = self._with_more()
        if more:
            self._search_objects(more)
            self._left = {number: self._count(number) for number in self._pairs}

    def take_out(self) -> None:
        """Puts the originals back."""
        for names, key, number in self._in_modules:
            if names.get(key) is self._pairs[number][1]:
                names[key] = self._pairs[number][0]
        for put_back, current, old in reversed(self._elsewhere):
            put_back((current, old))
        self._elsewhere.clear()

    def _count(self, number: int) -> int:
        """References that are not ours; with one for the argument of `getrefcount`."""
        return sys.getrefcount(self._pairs[number][0]) - self._own[number]

    def _with_more(self) -> set[int]:
        """Functions of which there are more references than there were before."""
        return {number for number in self._pairs if self._count(number) > self._left.get(number, 0)}

    def _search_modules(self) -> None:
        for name, module in list(sys.modules.items()):
            if not isinstance(module, ModuleType) or name in _UNTOUCHED or is_ours(name):
                continue
            names = vars(module)
            for key, value in list(names.items()):
                if id(value) in self._pairs:
                    names[key] = self._pairs[id(value)][1]
                    self._in_modules.append((names, key, id(value)))

    def _search_objects(self, numbers: set[int]) -> None:
        self.unreachable.clear()
        originals = [self._pairs[number][0] for number in numbers]
        for holder in gc.get_referrers(*originals):
            if holder is originals or id(holder) in self._hidden:
                continue
            if isinstance(holder, dict):
                self._in_dictionary(holder)
            elif isinstance(holder, list):
                for i, value in enumerate(holder):
                    if id(value) in self._pairs:
                        holder[i] = self._pairs[id(value)][1]
                        self._elsewhere.append((_back_in_list(holder), holder[i], value))
            elif isinstance(holder, CellType):
                old, holder.cell_contents = holder.cell_contents, self._pairs[id(holder.cell_contents)][1]
                self._elsewhere.append((_back_in_cell(holder), holder.cell_contents, old))
            elif isinstance(holder, tuple):
                self._in_defaults(holder)
            elif isinstance(holder, set):
                # Such as `os.supports_fd`: what can do what.
                holder.update(self._pairs[id(value)][1] for value in list(holder) if id(value) in self._pairs)
            elif isinstance(holder, partial):
                self.unreachable.append(repr(holder))

    def _in_dictionary(self, holder: dict[Any, Any]) -> None:
        name = holder.get("__name__")
        if isinstance(name, str) and (name in _UNTOUCHED or is_ours(name) or name == _CLONE):
            return
        owners = [one for one in gc.get_referrers(holder) if isinstance(one, type)] if "__module__" in holder else []
        for key, value in list(holder.items()):
            if id(value) in self._pairs:
                holder[key] = self._pairs[id(value)][1]
                self._elsewhere.append((_back_in_dictionary(holder, key, owners), holder[key], value))
        _modified(owners)

    def _in_defaults(self, holder: tuple[Any, ...]) -> None:
        new = tuple(self._pairs[id(value)][1] if id(value) in self._pairs else value for value in holder)
        for function in gc.get_referrers(holder):
            if isinstance(function, FunctionType) and function.__defaults__ is holder:
                function.__defaults__ = new
                self._elsewhere.append((_back_in_defaults(function), new, holder))


def _back_in_list(holder: list[Any]) -> Callable[[Any], None]:
    def put_back(pair: tuple[Any, Any]) -> None:
        for i, value in enumerate(holder):
            if value is pair[0]:
                holder[i] = pair[1]

    return put_back


def _back_in_cell(cell: CellType) -> Callable[[Any], None]:
    def put_back(pair: tuple[Any, Any]) -> None:
        if cell.cell_contents is pair[0]:
            cell.cell_contents = pair[1]

    return put_back


def _back_in_dictionary(holder: dict[Any, Any], key: Any, owners: list[type]) -> Callable[[Any], None]:
    def put_back(pair: tuple[Any, Any]) -> None:
        if holder.get(key) is pair[0]:
            holder[key] = pair[1]
            _modified(owners)

    return put_back


def _back_in_defaults(function: FunctionType) -> Callable[[Any], None]:
    def put_back(pair: tuple[Any, Any]) -> None:
        if function.__defaults__ is pair[0]:
            function.__defaults__ = pair[1]

    return put_back


class Attributes:
    """Attributes of classes that were exchanged; also of those in C, which notice nothing but the new attribute."""

    def __init__(self) -> None:
        self._old: list[tuple[type | ModuleType, str, Any]] = []

    def set(self, kind: type | ModuleType, name: str, value: Any) -> None:
        """In the class's or module's own dictionary."""
        names = _dictionary(kind)
        self._old.append((kind, name, names.get(name, _MISSING)))
        names[name] = value
        _modified([kind])

    def take_out(self) -> None:
        """As they were before."""
        for kind, name, old in reversed(self._old):
            names = _dictionary(kind)
            if old is _MISSING:
                del names[name]
            else:
                names[name] = old
            _modified([kind])
        self._old.clear()


_CLONE = "the world as it is"


class Clones:
    """Copies of modules with what is in them before anything is exchanged: what the worker's own code uses meanwhile."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._clones: dict[int, tuple[ModuleType, ModuleType]] = {}
        for name in names:
            module = sys.modules.get(name)
            if module is not None:
                clone = ModuleType(name)
                vars(clone).update(vars(module))
                vars(clone)["__name__"] = _CLONE
                self._clones[id(module)] = (module, clone)

    def put_in(self) -> None:
        """Gives them to all modules of the worker that do not have them yet."""
        for names in _modules_of_ours():
            for key, value in list(names.items()):
                if id(value) in self._clones and key != "__builtins__":
                    names[key] = self._clones[id(value)][1]


def _modules_of_ours() -> Iterator[dict[str, Any]]:
    for name, module in list(sys.modules.items()):
        if is_ours(name) and not name.startswith(__package__):
            yield vars(module)


def _dictionary(kind: type | ModuleType) -> dict[str, Any]:
    """The one behind the read-only view that `__dict__` of a class is."""
    if isinstance(kind, ModuleType):
        return vars(kind)
    found: dict[str, Any] = gc.get_referents(kind.__dict__)[0]
    return found


def _modified(kinds: Sequence[type | ModuleType]) -> None:
    for kind in kinds:
        if isinstance(kind, type):
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


_MISSING = object()
