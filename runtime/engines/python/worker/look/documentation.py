"""Documentation of an object and of its parameters, read without running anything."""

from __future__ import annotations

import inspect
import re
import types
from typing import Any, Final

from . import libraries
from .classes import Kinds, is_class, is_made_in_c, module_name, type_dict, type_mro
from .definitions import unwrapped
from .preview import is_transparent
from .statics import class_attribute, instance_dict, is_module, lookup

_MOST_CHARACTERS: Final = 20_000
_DOCUMENTED_HERE: Final = Kinds(types.FunctionType, property)
_DOCUMENTED_IN_C: Final = Kinds(
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
)


def doc_of(obj: object) -> str:
    """Give an object's documentation.

    Args:
        obj: Any object.

    Returns:
        The text with its indentation taken off; for an instance that of its class, save where the class says
        nothing of use, as `int` does of 3. Empty where there is none.
    """
    raw = _raw(obj)
    return inspect.cleandoc(raw[:_MOST_CHARACTERS]) if type(raw) is str else ""


def parameter_docs(doc: str) -> dict[str, str]:
    """Read what a documentation says of parameters, as numpydoc, Google style or Sphinx fields.

    Args:
        doc: A documentation without common indentation.

    Returns:
        A text for each parameter that is described.
    """
    for section, reader in (
        (r"^Parameters\n-{3,}\n(?P<body>.*?)(?=^\S[^\n]*\n-{3,}$|\Z)", _numpydoc),
        (r"^(?:Args|Arguments|Parameters):\n(?P<body>.*?)(?=^\S|\Z)", _google),
    ):
        match = re.search(section, doc, re.MULTILINE | re.DOTALL)
        if match is not None:
            return reader(match["body"])
    fields = re.findall(r"^:param(?:eter)?\s+(?:[^:]*\s)?\*{0,2}(\w+):\s*(.+(?:\n[ \t]+.+)*)", doc, re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in fields}


def _raw(obj: Any) -> Any:
    if is_module(obj):
        return lookup(instance_dict(obj), "__doc__")
    if is_class(obj):
        return _class_doc(obj)
    function = unwrapped(obj)
    if type(function) is types.FunctionType:
        own = obj.__doc__ if type(obj) in _DOCUMENTED_HERE else function.__doc__
        return own if own is not None else _inherited(obj)
    if type(obj) in _DOCUMENTED_IN_C:
        return obj.__doc__
    if module_name(type(obj)) == "numpy" and callable(obj) and is_made_in_c(type(obj)):
        return obj.__doc__
    if libraries.kind(obj) is None and not is_made_in_c(type(obj)) and not _is_number(obj):
        return _class_doc(type(obj))
    return None


def _is_number(obj: object) -> bool:
    return is_transparent(obj) and class_attribute(type(obj), "__repr__")[1] is not object


def _class_doc(cls: type) -> Any:
    for base in type_mro(cls):
        if base is object:
            return None
        doc = type_dict(base).get("__doc__")
        if type(doc) is str:
            return doc
    return None


def _inherited(method: Any) -> Any:
    """Give the documentation of the method that a bound method overrides."""
    if type(method) is not types.MethodType or type(method.__func__) is not types.FunctionType:
        return None
    owner = method.__self__
    name = method.__func__.__name__
    for base in type_mro(owner if is_class(owner) else type(owner)):
        stored = lookup(type_dict(base), name)
        if type(stored) is types.FunctionType and type(stored.__doc__) is str:
            return stored.__doc__
    return None


def _numpydoc(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in re.finditer(r"^(\S[^\n:]*?)(?:\s*:[^\n]*)?\n((?:[ \t]+[^\n]*\n?|\n)+)", body, re.MULTILINE):
        text = _paragraph(match[2])
        for name in match[1].split(","):
            found[name.strip().lstrip("*")] = text
    return found


def _google(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in re.finditer(r"^( +)\*{0,2}(\w+)[^:\n]*:\s*((?:[^\n]*)(?:\n\1[ \t]+[^\n]*)*)", body, re.MULTILINE):
        found[match[2]] = _paragraph(match[3])
    return found


def _paragraph(text: str) -> str:
    return " ".join(text.strip().split("\n\n")[0].split())[:500]
