"""Attributes of an object, found without running any code of its class.

`getattr`, `dir`, `isinstance` and even `obj.__class__` may run a user's code. What is used here instead is what
C code knows of an object: its real type, the real bases of that, and their dictionaries. A property is
known to exist, and not followed. Knows nothing of cursors and of what is shown.
"""

from __future__ import annotations

import collections
import types
from collections.abc import Iterator, Mapping
from typing import Any, Final

from . import libraries
from .classes import Kinds, has_special, is_class, type_dict, type_mro


class _Missing:
    """The type of MISSING."""

    def __repr__(self) -> str:
        return "MISSING"


#: Stands for "there is none, or it cannot be known without running code".
MISSING: Final = _Missing()

_module_dict = types.ModuleType.__dict__["__dict__"].__get__

#: Keys of these types compare and hash in C; others might run a user's `__eq__`.
_SAFE_KEYS: Final = frozenset(map(id, (str, int, bytes, bool, float, type(None))))
_BINDING: Final = Kinds(types.FunctionType, types.MethodDescriptorType, types.WrapperDescriptorType)
_UNFOLLOWED: Final = Kinds(property, types.GetSetDescriptorType)
_BOUND_IN_C: Final = Kinds(
    types.MemberDescriptorType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    # The fields of a namedtuple.
    type(collections.namedtuple("_NamedTuple", "field").field),
)


def lookup(mapping: Any, key: str | int | float | bytes | bool | None) -> Any:
    """Give the value of a key in an exact dict or a mappingproxy, or MISSING.

    Args:
        mapping: A dict, of a subclass too (whose own methods are not called), or a mappingproxy.
        key: Of an exact builtin type.

    Returns:
        The value. MISSING also where a key of the mapping might run code when compared.
    """
    if not has_safe_keys(mapping):
        return _scan(mapping, key)
    if issubclass(type(mapping), dict):
        return dict.get(mapping, key, MISSING)
    return mapping.get(key, MISSING)


def has_safe_keys(mapping: Mapping[Any, Any]) -> bool:
    """Tell whether all keys of a mapping are of exact builtin types.

    Args:
        mapping: A dict or a mappingproxy.

    Returns:
        True when looking a key up runs no code but C's.
    """
    return all(map(_SAFE_KEYS.__contains__, map(id, map(type, keys(mapping)))))


def keys(mapping: Mapping[Any, Any]) -> Iterator[Any]:
    """Walk over the keys of a dict as C does, whatever its subclass says."""
    return dict.__iter__(mapping) if issubclass(type(mapping), dict) else iter(mapping)  # type: ignore[arg-type]


def is_module(obj: object) -> bool:
    """Tell whether an object is a module, by its real type."""
    return issubclass(type(obj), types.ModuleType)


def instance_dict(obj: object) -> Mapping[Any, Any]:
    """Give an object's own dictionary, empty where it has none.

    Args:
        obj: Any object. A module gives its namespace, a class what its own body defined.

    Returns:
        The real dictionary, not to be changed.
    """
    if is_class(obj):
        return type_dict(obj)
    if is_module(obj):
        return _module_dict(obj)
    for cls in type_mro(type(obj)):
        descriptor = type_dict(cls).get("__dict__", MISSING)
        if descriptor is not MISSING:
            break
    else:
        return {}
    # A property named __dict__ is the user's code; the slot that C made is not.
    if type(descriptor) is not types.GetSetDescriptorType:
        return {}
    try:
        found = descriptor.__get__(obj)
    except (AttributeError, TypeError):
        return {}
    return found if issubclass(type(found), dict) else {}


def class_attribute(cls: type, name: str) -> tuple[Any, type | None]:
    """Find an attribute in a class and its bases, as it is stored there.

    Args:
        cls: The class.
        name: The attribute.

    Returns:
        The stored value, such as a property or a function, and the class that holds it; MISSING and None.
    """
    for base in type_mro(cls):
        found = lookup(type_dict(base), name)
        if found is not MISSING:
            return found, base
    return MISSING, None


def attribute(obj: object, name: str) -> Any:
    """Give the value of an attribute, or MISSING where only running code would tell.

    Args:
        obj: Any object.
        name: The attribute.

    Returns:
        What `getattr` would give, save that functions of a class are bound without asking anyone.
    """
    if is_module(obj):
        return lookup(_module_dict(obj), name)
    if is_class(obj):
        return _class_member(obj, name)  # type: ignore[arg-type]
    known = libraries.attribute(obj, name)
    if known is not libraries.UNKNOWN:
        return known
    stored, _ = class_attribute(type(obj), name)
    if stored is not MISSING and _is_data_descriptor(stored):
        return _bind(stored, obj, type(obj))
    own = lookup(instance_dict(obj), name)
    if own is not MISSING:
        return own
    return MISSING if stored is MISSING else _bind(stored, obj, type(obj))


def attribute_names(obj: object) -> Iterator[tuple[str, Any, int]]:
    """Walk over the attributes that an object has, its own first, each name once.

    Args:
        obj: Any object.

    Returns:
        Triples: the name; the stored value (MISSING for a slot of the instance); how far it is inherited,
        0 for the object's own, 99 for what every object has.
    """
    seen: set[str] = set()
    depth = 0
    for owner, mapping in _holders(obj):
        for name, value in _items(mapping):
            if type(name) is str and name not in seen:
                seen.add(name)
                yield name, value, 99 if owner is object else depth
        depth += 1
    for name in _enum_members(obj):
        if name not in seen:
            yield name, MISSING, 0


def _holders(obj: object) -> Iterator[tuple[object, Mapping[Any, Any]]]:
    if is_class(obj):
        for base in type_mro(obj):
            yield base, type_dict(base)
        return
    yield None, instance_dict(obj)
    if is_module(obj):
        return
    for base in type_mro(type(obj)):
        yield base, type_dict(base)


def _items(mapping: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    if issubclass(type(mapping), dict):
        return iter(list(dict.items(mapping)))  # type: ignore[arg-type]
    return iter(mapping.items())


def _scan(mapping: Mapping[Any, Any], key: object) -> Any:
    for candidate, value in _items(mapping):
        if type(candidate) is type(key) and candidate == key:
            return value
    return MISSING


def _class_member(cls: type, name: str) -> Any:
    stored, _ = class_attribute(cls, name)
    if stored is MISSING:
        members = _enum_map(cls)
        if members is not None:
            return lookup(members, name)
        stored, _ = class_attribute(type(cls), name)
        return MISSING if stored is MISSING else _bind(stored, cls, type(cls))
    if type(stored) is staticmethod:
        return stored.__func__
    if type(stored) is classmethod:
        return types.MethodType(stored.__func__, cls)
    if type(stored) is types.ClassMethodDescriptorType:
        return stored.__get__(None, cls)
    if type(stored) in _BINDING or not has_special(stored, "__get__"):
        return stored
    members = _enum_map(cls)
    return lookup(members, name) if members is not None else MISSING


def _bind(stored: Any, obj: object, cls: type) -> Any:
    """Do what the attribute's `__get__` would, for the kinds whose `__get__` is C's own."""
    kind = type(stored)
    if kind is types.FunctionType:
        return types.MethodType(stored, obj)
    if kind is classmethod:
        return types.MethodType(stored.__func__, cls)
    if kind is staticmethod:
        return stored.__func__
    if kind in _UNFOLLOWED and not (kind is types.GetSetDescriptorType and libraries.is_plain(obj)):
        return MISSING
    if kind in _BOUND_IN_C:
        try:
            return stored.__get__(obj, cls)
        except (AttributeError, TypeError):
            return MISSING
    return MISSING if has_special(stored, "__get__") else stored


def _is_data_descriptor(stored: object) -> bool:
    return has_special(stored, "__set__") or has_special(stored, "__delete__")


def _enum_map(cls: type) -> Mapping[Any, Any] | None:
    """Give the members of an enumeration; before Python 3.11 they are in no class's dictionary."""
    members = lookup(type_dict(cls), "_member_map_")
    return members if type(members) is dict else None


def _enum_members(obj: object) -> Iterator[Any]:
    members = _enum_map(obj) if is_class(obj) else None  # type: ignore[arg-type]
    return (name for name in members or () if type(name) is str)
