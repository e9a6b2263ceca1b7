"""What C code knows of a class, whatever its metaclass says.

`cls.__mro__` asks the metaclass, which may be a user's; the slots read here do not. Knows nothing of instances.
"""

from __future__ import annotations

type_mro = type.__dict__["__mro__"].__get__
type_dict = type.__dict__["__dict__"].__get__
_type_module = type.__dict__["__module__"].__get__
_type_qualname = type.__dict__["__qualname__"].__get__
_type_flags = type.__dict__["__flags__"].__get__
_HEAP_TYPE = 1 << 9


class Kinds:
    """A set of classes that are compared by identity: `in` a tuple or a set asks a metaclass for `==`.

    `ids` are their ids, for loops where the call of `in` would count.
    """

    __slots__ = ("ids",)

    def __init__(self, *classes: type) -> None:
        self.ids = frozenset(map(id, classes))

    def __contains__(self, cls: type) -> bool:
        return id(cls) in self.ids


def is_class(obj: object) -> bool:
    """Tell whether an object is a class, by its real type."""
    return issubclass(type(obj), type)


def class_name(cls: type, *, qualified: bool = False) -> str:
    """Give a class's name.

    Args:
        cls: The class.
        qualified: With its module, where that is not `builtins`.

    Returns:
        Its qualified name within the module, such as `Outer.Inner`.
    """
    name = str.__str__(_type_qualname(cls))
    if not qualified:
        return name
    module = module_name(cls)
    return name if module in ("", "builtins") else f"{module}.{name}"


def module_name(cls: type) -> str:
    """Give the name of the module that a class says it is of; empty when it says none."""
    try:
        module = _type_module(cls)
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def is_made_in_c(cls: type) -> bool:
    """Tell whether a class is one of C's static types, which no Python code has made."""
    return not _type_flags(cls) & _HEAP_TYPE


def has_special(obj: object, name: str) -> bool:
    """Tell whether an object's class or a base of it defines a special method."""
    return any(name in type_dict(base) for base in type_mro(type(obj)))
