"""Signatures of callables, read without evaluating anything.

`inspect.signature` asks `__signature__`, and printing it asks the `repr` of defaults and annotations; here the
code object and the text signatures of builtins are read instead. Knows nothing of cursors.
"""

from __future__ import annotations

import functools
import re
import sys
import types
import typing
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .classes import Kinds, class_name, is_class, module_name, type_dict, type_mro
from .preview import one_line
from .statics import MISSING, class_attribute, instance_dict, lookup

_BUILTIN_CALLABLES: Final = Kinds(
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    types.ClassMethodDescriptorType,
)
_VARARGS, _VARKEYWORDS = 4, 8
_MOST_WRAPPERS = 20
_DEEPEST = 4


class Parameter(NamedTuple):
    """A parameter: its name, how it is written in the signature, and its kind.

    `kind` is `positional`, `either`, `args`, `keyword` or `kwargs`.
    """

    name: str
    label: str
    kind: str


class Signature(NamedTuple):
    """A callable's name, its parameters in order, and what it says it returns (empty if nothing)."""

    name: str
    parameters: tuple[Parameter, ...]
    returns: str

    @property
    def label(self) -> str:
        """The signature as Python writes it: `name(a, /, b=1, *, c) -> int`."""
        written: list[str] = []
        before = ""
        for parameter in self.parameters:
            if before == "positional" and parameter.kind != "positional":
                written.append("/")
            if parameter.kind == "keyword" and before not in ("keyword", "args"):
                written.append("*")
            written.append(parameter.label)
            before = parameter.kind
        if before == "positional":
            written.append("/")
        returns = f" -> {self.returns}" if self.returns else ""
        return f"{self.name}({', '.join(written)}){returns}"


def signature_of(obj: object) -> Signature | None:
    """Read the signature of a callable.

    Args:
        obj: Any object.

    Returns:
        Its signature without a bound first parameter; None where it cannot be known without running code.
    """
    return _signature(obj, _MOST_WRAPPERS)


def arglists(obj: object) -> list[str]:
    """Give the ways to call an object as texts: its signature, or the ones its documentation begins with.

    Args:
        obj: Any object.

    Returns:
        At most five texts such as `range(stop)`.
    """
    signature = signature_of(obj)
    if signature is not None:
        return [signature.label]
    doc = _builtin_doc(obj)
    name = callable_name(obj)
    if not doc or not name:
        return []
    lines = (line.strip() for line in doc.split("\n", 12)[:12])
    return [line[:200] for line in lines if re.match(rf"(?:\w+\.)*{re.escape(name)}\(.*\)", line)][:5]


def callable_name(obj: object) -> str:
    """Give the short name of a function, method or class, empty for anything else."""
    if is_class(obj):
        return class_name(obj).rpartition(".")[2]  # type: ignore[arg-type]
    while type(obj) is types.MethodType:
        obj = obj.__func__  # type: ignore[attr-defined]
    if type(obj) is types.FunctionType or type(obj) in _BUILTIN_CALLABLES:
        name = obj.__name__  # type: ignore[attr-defined]
        return name if type(name) is str else ""
    own = lookup(instance_dict(obj), "__name__")
    return own if type(own) is str else _ufunc_name(obj)


def _signature(obj: Any, depth: int) -> Signature | None:
    if depth == 0:
        return None
    kind = type(obj)
    if kind is types.FunctionType:
        wrapped = lookup(obj.__dict__, "__wrapped__")
        found = _signature(wrapped, depth - 1) if wrapped is not MISSING else None
        return found._replace(name=obj.__name__) if found is not None else _from_code(obj)
    if kind is types.MethodType:
        return _without_first(_signature(obj.__func__, depth - 1))
    if kind in _BUILTIN_CALLABLES:
        return _from_text(callable_name(obj), obj.__text_signature__, bound=kind is not types.MethodDescriptorType)
    if kind is functools.partial:
        return _partial(obj, _signature(obj.func, depth - 1))
    if is_class(obj):
        return _of_class(obj, depth)
    if module_name(kind) in ("numpy", "functools"):
        wrapped = lookup(instance_dict(obj), "__wrapped__")
        return _signature(wrapped, depth - 1) if wrapped is not MISSING else None
    call, _ = class_attribute(kind, "__call__")
    if type(call) is types.FunctionType:
        found = _without_first(_from_code(call))
        return found and found._replace(name=class_name(kind).rpartition(".")[2])
    return None


def _of_class(cls: type, depth: int) -> Signature | None:
    name = class_name(cls).rpartition(".")[2]
    text = type.__dict__["__text_signature__"].__get__(cls)
    if type(text) is str:
        return _from_text(name, text, bound=True)
    for base in type_mro(cls):
        if base is object:
            break
        for special in ("__new__", "__init__"):
            made = lookup(type_dict(base), special)
            made = made.__func__ if type(made) is staticmethod else made
            if type(made) is types.FunctionType:
                found = _without_first(_signature(made, depth - 1))
                return found and found._replace(name=name, returns="")
    return Signature(name, (), "") if _is_bare(cls) else None


def _is_bare(cls: type) -> bool:
    """Tell whether a class is made as `object` is, without arguments."""
    return all(class_attribute(cls, name)[1] is object for name in ("__new__", "__init__"))


def _from_code(function: types.FunctionType) -> Signature:
    code = function.__code__
    defaults = function.__defaults__ or ()
    keyword_defaults = function.__kwdefaults__ or {}
    annotations = _annotations(function)
    names = code.co_varnames
    positional, total = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    parameters: list[Parameter] = []
    for index, name in enumerate(names[:positional]):
        default_at = index - (positional - len(defaults))
        default = defaults[default_at] if default_at >= 0 else MISSING
        kind = "positional" if index < code.co_posonlyargcount else "either"
        parameters.append(_parameter(name, kind, default, annotations))
    after = total
    if code.co_flags & _VARARGS:
        parameters.append(_parameter(names[after], "args", MISSING, annotations))
        after += 1
    for name in names[positional:total]:
        parameters.append(_parameter(name, "keyword", lookup(keyword_defaults, name), annotations))
    if code.co_flags & _VARKEYWORDS:
        parameters.append(_parameter(names[after], "kwargs", MISSING, annotations))
    returned = lookup(annotations, "return")
    return Signature(function.__name__, tuple(parameters), "" if returned is MISSING else _annotation(returned))


def _parameter(name: str, kind: str, default: Any, annotations: Mapping[str, Any]) -> Parameter:
    label = {"args": "*", "kwargs": "**"}.get(kind, "") + name
    annotation = lookup(annotations, name)
    if annotation is not MISSING:
        label += f": {_annotation(annotation)}"
    if default is not MISSING:
        label += (" = " if annotation is not MISSING else "=") + one_line(default, 40)
    return Parameter(name, label, kind)


def _annotations(function: types.FunctionType) -> Mapping[str, Any]:
    # From 3.14 on, reading them runs code that the user wrote.
    if sys.version_info >= (3, 14):
        return {}
    return function.__annotations__


def _annotation(value: Any, depth: int = _DEEPEST) -> str:
    if type(value) is str:
        # Within brackets it is a value, as in `Literal["a"]`.
        return value[:200] if depth == _DEEPEST else one_line(value, 40)
    if value is None or value is type(None):
        return "None"
    if value is ...:
        return "..."
    if is_class(value) and type(value) is not types.GenericAlias:
        return class_name(value)
    if depth == 0:
        return "…"
    if type(value) is types.UnionType:
        return " | ".join(_annotation(part, depth - 1) for part in value.__args__)
    if type(value) is typing.TypeVar:
        return value.__name__
    if type(value) is typing.ForwardRef:
        return value.__forward_arg__
    if type(value) is types.GenericAlias or module_name(type(value)) == "typing":
        return _generic(value, depth)
    return one_line(value, 40)


def _generic(value: Any, depth: int) -> str:
    if type(value) is types.GenericAlias:
        name, arguments = class_name(value.__origin__), value.__args__
    else:
        own = instance_dict(value)
        name, arguments = lookup(own, "_name"), lookup(own, "__args__")
        if type(name) is not str:
            name = lookup(own, "__name__")
        if type(name) is not str:
            origin = lookup(own, "__origin__")
            name = class_name(origin) if is_class(origin) else getattr(origin, "_name", "") or class_name(type(value))
    if type(arguments) is not tuple or not arguments:
        return str(name)
    if name in ("Union", "Optional"):
        return " | ".join(_annotation(argument, depth - 1) for argument in arguments[:20])
    return f"{name}[{', '.join(_annotation(argument, depth - 1) for argument in arguments[:20])}]"


def _from_text(name: str, text: object, *, bound: bool) -> Signature | None:
    """Read a builtin's text signature, such as `($self, iterable=(), /)`."""
    if type(text) is not str or not text.startswith("("):
        return None
    parts = [part.strip() for part in _split(text[1 : text.rfind(")")])]
    if parts and parts[0].startswith("$"):
        parts = parts[1:]
        if parts and parts[0] == "/":
            parts = parts[1:]
    elif parts and parts[0] == "self" and bound:
        parts = parts[1:]
    only = parts.index("/") if "/" in parts else 0
    parameters: list[Parameter] = []
    kind = "either"
    for index, part in enumerate(parts):
        if part == "*":
            kind = "keyword"
        elif part and part != "/":
            stars = len(part) - len(part.lstrip("*"))
            here = ("positional" if index < only else kind, "args", "kwargs")[min(stars, 2)]
            kind = "keyword" if stars else kind
            parameters.append(Parameter(part.lstrip("*").partition("=")[0], part, here))
    return Signature(name, tuple(parameters), "")


def _split(text: str) -> list[str]:
    """Split at commas that are in no bracket and no quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _without_first(signature: Signature | None) -> Signature | None:
    if signature is None:
        return None
    first = signature.parameters[:1]
    if not first or first[0].kind not in ("positional", "either"):
        return signature
    return signature._replace(parameters=signature.parameters[1:])


def _partial(partial: Any, signature: Signature | None) -> Signature | None:
    if signature is None:
        return None
    left = list(signature.parameters)
    for _ in partial.args:
        if left and left[0].kind in ("positional", "either"):
            left.pop(0)
    given = set(partial.keywords) if has_texts(partial.keywords) else set()
    return signature._replace(parameters=tuple(p for p in left if p.name not in given))


def has_texts(mapping: Mapping[Any, Any]) -> bool:
    """Tell whether all keys of a mapping are exact texts."""
    return all(type(key) is str for key in mapping)


def _builtin_doc(obj: Any) -> str:
    if is_class(obj):
        doc = type_dict(obj).get("__doc__")
    elif type(obj) in _BUILTIN_CALLABLES or module_name(type(obj)) == "numpy":
        doc = obj.__doc__
    else:
        return ""
    return doc if type(doc) is str else ""


def _ufunc_name(obj: Any) -> str:
    if module_name(type(obj)) == "numpy" and class_name(type(obj)) in ("ufunc", "_ArrayFunctionDispatcher"):
        return str(obj.__name__)
    return ""
