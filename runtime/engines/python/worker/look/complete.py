"""Completion from live objects: what may stand at the cursor.

Decides by the tokens before the cursor which of the sources answers: names, attributes, keys, keyword
arguments, imports or paths. Runs no user code.
"""

from __future__ import annotations

import itertools
import keyword
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from . import imports, libraries, paths
from .calls import innermost_bracket, innermost_call
from .candidates import Candidate, choose
from .chains import Chain, builtins_of, chain_before, follow
from .classes import Kinds
from .position import to_offset, to_position
from .signatures import signature_of
from .statics import MISSING, attribute_names
from .tokens import Token, tokenize, tokens_before
from .words import bound_words

_MOST_KEYS: Final = 5_000
_NUMBERS: Final = Kinds(int, bool)
_KEYWORDS: Final = tuple(keyword.kwlist)


class Found(NamedTuple):
    """What may stand at the cursor: instead of the text from offset `start` on, which is `prefix` now.

    `is_name`: a variable's name, which the text may know, too. `base` is put before a candidate to name it from the outside, such as `frame.`.
    """

    candidates: Iterator[Candidate]
    prefix: str
    start: int
    base: str = ""
    is_name: bool = False


def complete(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the operation `complete` from live objects.

    Args:
        namespace: The session's.
        request: `code`, `line`, `column`, or only `prefix`; `static: false` leaves out what only the text knows.

    Returns:
        `{completions, start}`; None where the live objects do not know.
    """
    text = request.get("code")
    if text is None:
        text = request.get("prefix") or ""
        offset = len(text)
    else:
        offset = to_offset(text, request.get("line", 1), request.get("column", 0))
    found = _find(text, offset, tokens_before(text, offset), namespace)
    if found is None:
        return None
    candidates = found.candidates
    if found.is_name and request.get("static") is not False:
        candidates = itertools.chain(candidates, bound_words(text, found.prefix, found.start))
    completions = choose(candidates, found.prefix, found.base)
    if not completions:
        return None
    return {"completions": completions, "start": to_position(text, found.start)}


def _find(text: str, offset: int, tokens: list[Token], namespace: Mapping[str, Any]) -> Found | None:
    last = tokens[-1] if tokens else None
    if last is not None and last.kind == "open-string":
        return _in_string(text, offset, tokens, namespace)
    if last is None and text[:offset].rpartition("\n")[2].strip():
        return None
    imported = imports.candidates(tokens, offset, namespace)
    if imported is not None:
        return Found(*imported)
    typed = last if last is not None and last.kind == "name" and last.end == offset else None
    if last is not None and last.kind == "number" and last.end == offset:
        return None
    before = tokens[:-1] if typed is not None else tokens
    prefix, start = (typed.text, typed.start) if typed is not None else ("", offset)
    if before and before[-1].text == ".":
        chain = chain_before(before, len(before) - 1)
        return None if chain is None else _attributes(chain, prefix, start, namespace)
    if before and before[-1].text in ("def", "class", "as") and before[-1].kind == "name":
        return None
    return Found(_names(before, prefix, namespace), prefix, start, is_name=True)


def _attributes(chain: Chain, prefix: str, start: int, namespace: Mapping[str, Any]) -> Found | None:
    value = follow(chain, namespace)
    if value is MISSING:
        return None
    return Found(_attribute_candidates(value), prefix, start, f"{chain}.")


def _attribute_candidates(value: object) -> Iterator[Candidate]:
    for name in libraries.columns(value) if libraries.kind(value) != ("numpy", "ndarray") else ():
        if name.isidentifier() and not keyword.iskeyword(name):
            yield Candidate(name, rank=0, type="column")
    for name, stored, depth in attribute_names(value):
        yield Candidate(name, stored, depth)


def _names(before: list[Token], prefix: str, namespace: Mapping[str, Any]) -> Iterator[Candidate]:
    bracket = innermost_bracket(before)
    if bracket is not None and before[-1].text in ("(", ",") and bracket.bracket == "(":
        yield from _keyword_arguments(before, namespace)
    elif bracket is not None and bracket.bracket == "[" and before[-1] is before[bracket.at] and not prefix:
        yield from _quoted_keys(bracket.callee, namespace)
    for name, value in list(dict.items(namespace)):  # type: ignore[arg-type]
        if type(name) is str:
            yield Candidate(name, value, 2)
    builtins = builtins_of(namespace)
    for name, value in list(dict.items(builtins)):  # type: ignore[arg-type]
        if type(name) is str and not keyword.iskeyword(name):
            yield Candidate(name, value, 3)
    for word in _KEYWORDS:
        yield Candidate(word, rank=4, type="keyword")


def _keyword_arguments(before: list[Token], namespace: Mapping[str, Any]) -> Iterator[Candidate]:
    call = innermost_call(before)
    value = follow(call.callee, namespace) if call is not None else MISSING
    signature = signature_of(value) if value is not MISSING else None
    if call is None or signature is None:
        return
    taken = 0
    for parameter in signature.parameters:
        if parameter.kind in ("positional", "either"):
            taken += 1
            if taken <= call.positional or parameter.kind == "positional":
                continue
        if parameter.kind in ("either", "keyword") and parameter.name not in call.used:
            yield Candidate(f"{parameter.name}=", rank=0, type="param", detail=parameter.label)


def _in_string(text: str, offset: int, tokens: list[Token], namespace: Mapping[str, Any]) -> Found | None:
    opening = tokens[-1]
    body = opening.text.lstrip("rRbBfFuUtT")
    marks = opening.text[: len(opening.text) - len(body)].lower()
    quote = body[:3] if body[:3] in ('"""', "'''") else body[:1]
    content = body[len(quote) :]
    start = offset - len(content)
    if "f" in marks or "t" in marks:
        inner = _replacement_field(content)
        return None if inner is None else _find(text, offset, tokenize(text, start + inner, offset), namespace)
    bracket = innermost_bracket(tokens[:-1])
    if bracket is not None and bracket.bracket == "[" and bracket.callee is None:
        # A list of columns, as in `frame[["`.
        bracket = innermost_bracket(tokens[: bracket.at])
    if bracket is not None and bracket.callee is not None and bracket.bracket == "[" and "b" not in marks:
        value = follow(bracket.callee, namespace)
        if value is not MISSING:
            dimension = _dimension(tokens, bracket.at)
            return Found(_keys(value, quote, dimension), content, start, "")
    found = paths.candidates(content, tokens[:-1], bracket)
    return None if found is None else Found(found[0], content[found[1] :], start + found[1])


def _dimension(tokens: list[Token], opening: int) -> int:
    """Count the commas of a subscript itself, not of a list within it."""
    depth = commas = 0
    for token in tokens[opening + 1 :]:
        if token.kind == "op" and token.text in "([{":
            depth += 1
        elif token.kind == "op" and token.text in ")]}":
            depth -= 1
        elif token.text == "," and depth == 0:
            commas += 1
    return commas


def _replacement_field(content: str) -> int | None:
    """Find where the expression begins that an f-string's end stands in; None outside of any."""
    depth_starts: list[int] = []
    at = 0
    while at < len(content):
        char = content[at]
        if char in "{}" and not depth_starts and content[at : at + 2] == char * 2:
            at += 2
            continue
        if char == "{":
            depth_starts.append(at + 1)
        elif char == "}" and depth_starts:
            depth_starts.pop()
        at += 1
    return depth_starts[-1] if depth_starts else None


def _keys(value: object, quote: str, dimension: int) -> Iterator[Candidate]:
    """Give the texts that an object can be subscripted with, written for within `quote`."""
    kind = "column" if not issubclass(type(value), dict) else "key"
    for key, held in _string_keys(value, dimension):
        yield Candidate(_escaped(key, quote), held, 0, kind)


def _string_keys(value: object, dimension: int) -> Iterator[tuple[str, Any]]:
    if not issubclass(type(value), dict):
        yield from ((key, MISSING) for key in libraries.item_keys(value, dimension))
        return
    for index, (key, held) in enumerate(dict.items(value)):  # type: ignore[arg-type]
        if index >= _MOST_KEYS:
            return
        if type(key) is str:
            yield key, held


def _quoted_keys(callee: Chain | None, namespace: Mapping[str, Any]) -> Iterator[Candidate]:
    """Give keys as they are written without a quote typed yet: `'name'`, `3`."""
    value = follow(callee, namespace) if callee is not None else MISSING
    if value is MISSING:
        return
    kind = "key" if issubclass(type(value), dict) else "column"
    for key, held in _string_keys(value, 0):
        yield Candidate(repr(key), held, 0, kind)
    if kind == "key":
        for index, (key, held) in enumerate(dict.items(value)):  # type: ignore[arg-type]
            if index >= _MOST_KEYS:
                return
            if type(key) in _NUMBERS and key.bit_length() < 64:
                yield Candidate(repr(key), held, 1, "key")


def _escaped(key: str, quote: str) -> str:
    written = repr(key)[1:-1]
    if repr(key)[0] != quote[0]:
        written = written.replace(quote[0], "\\" + quote[0])
    return written
