"""What the expression at a cursor stands for, from live objects. Runs no user code in this process."""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from typing import Any, Final

from . import libraries
from .asking import describe
from .call_info import call_info
from .chains import Chain, chain_before, follow
from .classes import Kinds, class_name, is_class
from .definitions import definition_of, module_of
from .documentation import doc_of
from .place import Place, expression_at
from .position import to_offset, to_position
from .preview import described_known, is_transparent, preview
from .scope import is_local
from .signatures import arglists, signature_of
from .statics import MISSING, class_attribute, is_module
from .throwaway import ask
from .tokens import tokenize

_MOST_COLUMNS: Final = 200
_SIZED: Final = Kinds(str, bytes, bytearray, list, tuple, dict, set, frozenset)


def info(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the operation `info` from live objects.

    Args:
        namespace: The session's.
        request: `symbol`, or `code`, `line` and `column`; `context` is `symbol` or `call`.

    Returns:
        The fields of the answer that are known; None where the live objects do not know.
    """
    if request.get("context") == "call":
        return call_info(namespace, request)
    text = request.get("code")
    symbol = request.get("symbol")
    place = _of_symbol(symbol) if symbol is not None else _of_code(text, request)
    if place is None:
        return None
    value = place.value if place.value is not MISSING else follow(place.chain, namespace)
    if value is MISSING:
        value = _stored_property(place.chain, namespace)
    if value is MISSING:
        return None
    told = {"name": str(place.chain), **describe_value(value)}
    if symbol is None and text is not None:
        chain = place.chain
        told["range"] = {"start": to_position(text, chain.start), "end": to_position(text, chain.end)}
    return told


def describe_value(value: Any) -> dict[str, Any]:
    """Tell what can be known of an object.

    Args:
        value: Any object.

    Returns:
        The fields of `info` that are about a value.
    """
    told: dict[str, Any] = {"type": class_name(type(value), qualified=True)}
    told.update(_value_fields(value))
    if doc := doc_of(value):
        told["doc"] = doc
    if _is_callable_kind(value) or type(value) is functools.partial:
        told.update(_signature_fields(value))
    if module := module_of(value):
        told["module"] = module
    told.update(definition_of(value))
    return told


def _of_symbol(symbol: str) -> Place | None:
    tokens = tokenize(symbol, 0, len(symbol))
    chain = chain_before(tokens, len(tokens))
    return Place(chain, MISSING) if chain is not None and chain.start == tokens[0].start else None


def _of_code(text: str | None, request: Mapping[str, Any]) -> Place | None:
    if text is None:
        return None
    offset = to_offset(text, request.get("line", 1), request.get("column", 0))
    place = expression_at(text, offset)
    if place is None or (place.value is MISSING and _is_shadowed(text, place.chain)):
        return None
    return place


def _is_shadowed(text: str, chain: Chain) -> bool:
    kind, name = chain.steps[0]
    return kind == "name" and is_local(text, chain.start, name)


def _stored_property(chain: Chain, namespace: Mapping[str, Any]) -> Any:
    """Give the property itself that a chain ends in: its value would take running it, its doc does not."""
    kind, name = chain.steps[-1]
    owner = follow(chain._replace(steps=chain.steps[:-1]), namespace) if kind == "attribute" else MISSING
    if owner is MISSING:
        return MISSING
    stored, _ = class_attribute(type(owner), name)
    return stored if type(stored) is property else MISSING


def _value_fields(value: Any) -> dict[str, Any]:
    if _is_callable_kind(value) or is_module(value) or type(value) is property:
        return {}
    if libraries.kind(value) is not None:
        return _library_fields(value)
    fields: dict[str, Any] = {"preview": preview(value)}
    if type(value) in _SIZED:
        fields["length"] = len(value)
    elif not is_transparent(value) or class_attribute(type(value), "__len__")[0] is not MISSING:
        fields.update(ask(lambda: describe(value)) or {})
    return fields


def _library_fields(value: Any) -> dict[str, Any]:
    known = libraries.kind(value) or ("", "")
    fields: dict[str, Any] = {"shape": [int(size) for size in value.shape]}
    if fields["shape"]:
        fields["length"] = fields["shape"][0]
    if known[1] == "DataFrame":
        names = libraries.all_columns(value)
        types_of = [str(dtype) for dtype in list(value.dtypes)[:_MOST_COLUMNS]]
        fields["columns"] = [{"name": name, "dtype": dtype} for name, dtype in zip(names, types_of)]
    elif known[0] == "numpy" or hasattr(value, "dtype"):
        fields["dtype"] = str(value.dtype)
    if is_transparent(value):
        return {**fields, "preview": preview(value)}
    # Its elements may be a user's objects, and printing a frame takes milliseconds.
    told = ask(lambda: describe(value)) or {}
    return {**fields, "preview": told.get("preview") or described_known(value, known)}


def _is_callable_kind(value: Any) -> bool:
    return is_class(value) or type(value) in _CALLABLES or class_name(type(value)) in _NUMPY_CALLABLES


_NUMPY_CALLABLES: Final = ("ufunc", "_ArrayFunctionDispatcher")
_CALLABLES: Final = Kinds(
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    types.ClassMethodDescriptorType,
    functools._lru_cache_wrapper,
)


def _signature_fields(value: Any) -> dict[str, Any]:
    lists = arglists(value)
    fields: dict[str, Any] = {"arglists": lists} if lists else {}
    signature = signature_of(value)
    if signature is not None:
        parameters = [{"label": parameter.label} for parameter in signature.parameters]
        fields["signature"] = {"label": signature.label, "parameters": parameters}
    return fields
