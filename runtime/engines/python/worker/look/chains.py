"""The expression that ends at a cursor, as far as it can be followed without running anything.

A chain is a name followed by attributes and constant subscripts: `a.b["c"][0].d`. Here chains are read from
tokens and followed through live objects; what is a candidate or worth showing is decided elsewhere.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import libraries
from .classes import Kinds
from .statics import MISSING, attribute, class_attribute, lookup
from .tokens import Token


class Chain(NamedTuple):
    """A chain that was read.

    `steps` are pairs of `name`, `attribute`, `item` or `literal` and what names it; `start` and `end` are
    offsets, `text` is the code between.
    """

    steps: tuple[tuple[str, Any], ...]
    start: int
    end: int

    def __str__(self) -> str:
        return "".join(_STEP[kind](value) for kind, value in self.steps)


_STEP = {
    "name": str,
    "attribute": lambda name: f".{name}",
    "item": lambda key: f"[{key!r}]",
    "literal": repr,
}
_INDEXED = Kinds(list, tuple, str, bytes, range)
_NO_CHAIN = frozenset(keyword.kwlist) - {"None", "True", "False"}


def chain_before(tokens: list[Token], end: int) -> Chain | None:
    """Read the chain whose last token is `tokens[end - 1]`.

    Args:
        tokens: Of one logical line.
        end: Index behind the chain's last token.

    Returns:
        The chain; None where what stands there is no chain (a call, an operator, a keyword, nothing).
    """
    steps: list[tuple[str, Any]] = []
    at = end
    while at > 0:
        token = tokens[at - 1]
        if token.kind == "name" and token.text not in _NO_CHAIN:
            if at >= 2 and tokens[at - 2].text == ".":
                steps.append(("attribute", token.text))
                at -= 2
                continue
            return _chain([*steps, ("name", token.text)], token.start, tokens[end - 1].end)
        if token.text == "]" and (found := _subscript(tokens, at)) is not None:
            steps.append(("item", found[0]))
            at = found[1]
            continue
        if token.kind == "string" and (value := constant([token])) is not MISSING:
            return _chain([*steps, ("literal", value)], token.start, tokens[end - 1].end)
        return None
    return None


def follow(chain: Chain, namespace: Mapping[str, Any]) -> Any:
    """Give the object that a chain stands for, or MISSING.

    Args:
        chain: The chain.
        namespace: The session's; builtins are found through it.

    Returns:
        The live object; MISSING where there is none, or it takes code of a user's to get it.
    """
    value: Any = MISSING
    for kind, key in chain.steps:
        if kind == "name":
            value = name_in(namespace, key)
        elif kind == "literal":
            value = key
        elif kind == "attribute":
            value = attribute(value, key)
        else:
            value = item(value, key)
        if value is MISSING:
            return MISSING
    return value


def name_in(namespace: Mapping[str, Any], name: str) -> Any:
    """Give what a name stands for in a session: a variable or a builtin; or MISSING."""
    found = lookup(namespace, name)
    if found is not MISSING:
        return found
    return lookup(builtins_of(namespace), name)


def builtins_of(namespace: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the dictionary of builtins that a namespace is run with."""
    found = lookup(namespace, "__builtins__")
    if type(found) is dict:
        return found
    module = __import__("builtins") if found is MISSING else found
    return module.__dict__ if type(module) is type(ast) else {}


def item(container: object, key: Any) -> Any:
    """Give what a container holds under a constant, or MISSING.

    Args:
        container: Any object; only builtin containers and known frames are asked.
        key: A constant of a builtin type.

    Returns:
        The item. A dict's subclass is asked only when it has not changed how items are got.
    """
    cls = type(container)
    if cls in _INDEXED:
        try:
            return container[key] if type(key) is int else MISSING  # type: ignore[index]
        except IndexError:
            return MISSING
    if issubclass(cls, dict) and class_attribute(cls, "__getitem__")[0] is dict.__dict__["__getitem__"]:
        return lookup(container, key)  # type: ignore[arg-type]
    found = libraries.item(container, key)
    return MISSING if found is libraries.UNKNOWN else found


def constant(tokens: list[Token]) -> Any:
    """Give the value of a literal text or number, or MISSING when the tokens are anything else."""
    code = "".join(token.text for token in tokens)
    if len(code) > 1000 or not tokens or tokens[-1].kind not in ("string", "number"):
        return MISSING
    try:
        return ast.literal_eval(code)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return MISSING


def _chain(steps: list[tuple[str, Any]], start: int, end: int) -> Chain:
    return Chain(tuple(reversed(steps)), start, end)


def _subscript(tokens: list[Token], end: int) -> tuple[Any, int] | None:
    """Read `[constant]` that ends before `end`; give the constant and the index of what is subscripted."""
    for length in (1, 2):
        opening = end - 2 - length
        if opening > 0 and tokens[opening].text == "[":
            value = constant(tokens[opening + 1 : end - 1])
            subscripted = tokens[opening - 1]
            if value is MISSING or not (subscripted.kind in ("name", "string") or subscripted.text in "])"):
                return None
            return value, opening
    return None
