"""Candidates of a completion: what each is, and which come first. Knows nothing of where they were found."""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from .classes import Kinds, class_name, has_special, is_class
from .preview import one_line
from .statics import MISSING, is_module

MOST: Final = 1_000
_FUNCTIONS: Final = Kinds(
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType,
    types.WrapperDescriptorType, types.MethodWrapperType, types.ClassMethodDescriptorType,
    classmethod, staticmethod,
)  # fmt: skip
_LIKE_FUNCTIONS: Final = frozenset({
    "ufunc", "_ArrayFunctionDispatcher", "partial", "cython_function_or_method", "_lru_cache_wrapper",
})  # fmt: skip
_ALWAYS_SHOWN: Final = frozenset({"key", "column", "path"})
_SHOWN: Final = Kinds(int, float, complex, bool, str, bytes, type(None))


class Candidate(NamedTuple):
    """A text that may stand at the cursor.

    `rank` orders: smaller is likelier. `value` is the live object as it is stored, MISSING where there is none;
    `type` overrides what is read from it; `source` is `static` for what only the text says.
    """

    text: str
    value: Any = MISSING
    rank: int = 0
    type: str = ""
    detail: str = ""
    source: str = ""


def choose(found: Iterable[Candidate], prefix: str, base: str = "") -> list[dict[str, str]]:
    """Choose and order the candidates that fit what was typed.

    Args:
        found: All candidates; of two with one text, the first counts.
        prefix: What stands before the cursor. Letters that differ only in case fit, and come later.
        base: What to put before a candidate to ask `info` for it, such as `frame.`.

    Returns:
        At most 1,000 `{candidate, type, symbol?, detail?}`, likeliest first; names that begin with `_` only
        when that was typed, and those with `__` last.
    """
    lowered = prefix.lower()
    length = len(prefix)
    fitting: dict[str, tuple[tuple[bool, int, int, str, str], Candidate]] = {}
    for candidate in found:
        text = candidate.text
        if text[:length].lower() != lowered or text in fitting:
            continue
        hidden = 0 if candidate.type in _ALWAYS_SHOWN else _hiddenness(text)
        if hidden and not prefix.startswith("_"):
            continue
        order = (not text.startswith(prefix), hidden, candidate.rank, text.lower(), text)
        fitting[text] = (order, candidate)
    ordered = sorted(fitting.values(), key=lambda pair: pair[0])
    return [_described(candidate, base) for _, candidate in ordered[:MOST]]


def kind_of(value: Any) -> str:
    """Tell what an object is, in the protocol's words: `function`, `class`, `module`, `property`, `instance`."""
    cls = type(value)
    if id(cls) in _FUNCTIONS.ids:
        return "function"
    if is_class(value):
        return "class"
    if is_module(value):
        return "module"
    if cls is property or cls is types.GetSetDescriptorType or cls is types.MemberDescriptorType:
        return "property"
    if id(cls) in _SHOWN.ids:
        return "instance"
    if class_name(cls) in _LIKE_FUNCTIONS:
        return "function"
    return "property" if has_special(value, "__get__") else "instance"


def _hiddenness(text: str) -> int:
    if not text.startswith("_"):
        return 0
    return 2 if text.startswith("__") else 1


def _described(candidate: Candidate, base: str) -> dict[str, str]:
    value = candidate.value
    text = candidate.text
    kind = candidate.type or ("property" if value is MISSING else kind_of(value))
    answer = {"candidate": text, "type": kind}
    if kind not in ("keyword", "path", "param", "key", "column"):
        answer["symbol"] = base + text
    detail = candidate.detail
    if not detail and kind in ("instance", "key") and value is not MISSING:
        detail = one_line(value, 40) if type(value) in _SHOWN else class_name(type(value))
    if detail:
        answer["detail"] = detail
    if candidate.source:
        answer["source"] = candidate.source
    return answer
