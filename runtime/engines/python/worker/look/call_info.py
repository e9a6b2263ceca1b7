"""Signature help from live objects: the call around a cursor, its parameters, and which one is being typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .calls import OpenCall, innermost_call
from .chains import follow
from .documentation import doc_of, parameter_docs
from .position import to_offset, to_position
from .scope import is_local
from .signatures import Signature, arglists, signature_of
from .statics import MISSING
from .tokens import tokens_before


def call_info(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer `info` with `context: call`.

    Args:
        namespace: The session's.
        request: `code`, `line`, `column`.

    Returns:
        `name`, `signature` with the active parameter, `arglists` and `doc`; None outside of a call, or where
        the callable or its signature is not known.
    """
    text = request.get("code")
    if text is None:
        return None
    offset = to_offset(text, request.get("line", 1), request.get("column", 0))
    call = innermost_call(tokens_before(text, offset))
    if call is None or is_local(text, call.callee.start, str(call.callee.steps[0][1])):
        return None
    value = follow(call.callee, namespace)
    if value is MISSING:
        return None
    doc = doc_of(value)
    told: dict[str, Any] = {"name": str(call.callee), "arglists": arglists(value)}
    if doc:
        told["doc"] = doc
    signature = signature_of(value)
    if signature is not None:
        told["signature"] = _signature(signature, call, parameter_docs(doc))
    elif told["arglists"]:
        told["signature"] = {"label": told["arglists"][0], "parameters": []}
    else:
        return None
    start, end = call.callee.start, call.callee.end
    told["range"] = {"start": to_position(text, start), "end": to_position(text, end)}
    return told


def active_parameter(signature: Signature, call: OpenCall) -> int | None:
    """Give the index of the parameter that the cursor's argument goes to.

    Args:
        signature: Of the callable.
        call: The arguments so far.

    Returns:
        The index; None where no parameter takes it.
    """
    places = {parameter.kind: index for index, parameter in enumerate(signature.parameters)}
    if call.keyword is not None:
        for index, parameter in enumerate(signature.parameters):
            if parameter.name == call.keyword and parameter.kind in ("either", "keyword"):
                return index
        return places.get("kwargs")
    positional = [
        index for index, parameter in enumerate(signature.parameters) if parameter.kind in ("positional", "either")
    ]
    if call.positional < len(positional):
        return positional[call.positional]
    return places.get("args")


def _signature(signature: Signature, call: OpenCall, docs: Mapping[str, str]) -> dict[str, Any]:
    parameters = [
        {"label": parameter.label, **({"doc": docs[parameter.name]} if parameter.name in docs else {})}
        for parameter in signature.parameters
    ]
    written: dict[str, Any] = {"label": signature.label, "parameters": parameters}
    active = active_parameter(signature, call)
    if active is not None:
        written["active"] = active
    return written
