"""The expression that a cursor stands on: which identifier, and the chain up to it. Knows no live session."""

from __future__ import annotations

import re
import sys
from typing import Any, Final, NamedTuple

from .chains import Chain, chain_before
from .statics import MISSING, is_module, lookup
from .tokens import Token, logical_line_start, tokenize

_MOST_CHARACTERS_AFTER: Final = 2_000
_IDENTIFIER_END: Final = re.compile(r"\w*")


class Place(NamedTuple):
    """A chain, and what it stands for where that does not depend on the session (a module being imported)."""

    chain: Chain
    value: Any


def expression_at(text: str, offset: int) -> Place | None:
    """Find the expression at a cursor.

    Args:
        text: The whole text.
        offset: The cursor; on, or right behind, an identifier or a constant subscript.

    Returns:
        The chain up to that identifier; None on anything else: an operator, a comment, a text, a keyword, a
        keyword argument's name.
    """
    start = logical_line_start(text, offset)
    line_end = text.find("\n", offset)
    end = min(line_end if line_end >= 0 else len(text), offset + _MOST_CHARACTERS_AFTER)
    tokens = tokenize(text, start, end)
    if not tokens:
        # The line ends in a comment; the tokens before the cursor are what is looked for.
        tokens = tokenize(text, start, _IDENTIFIER_END.match(text, offset, end).end())  # type: ignore[union-attr]
    index = _token_at(tokens, offset)
    if index is None:
        return None
    token = tokens[index]
    if token.kind == "name":
        return _of_name(tokens, index)
    if token.kind in ("string", "number") and _is_subscript(tokens, index):
        chain = chain_before(tokens, index + 2)
        return Place(chain, MISSING) if chain is not None else None
    if token.kind in ("string", "open-string"):
        return _in_string(text, token, offset)
    return None


def _token_at(tokens: list[Token], offset: int) -> int | None:
    touching = None
    for index, token in enumerate(tokens):
        if token.start <= offset < token.end:
            # Right behind a name, before `(` or `.`: the name is meant.
            return index if token.kind != "op" or touching is None else touching
        touching = index if token.end == offset and token.kind != "op" else None
    return touching


def _of_name(tokens: list[Token], index: int) -> Place | None:
    if _is_keyword_argument(tokens, index):
        return None
    chain = chain_before(tokens, index + 1)
    if chain is None:
        return None
    imported = _imported(tokens, index)
    return Place(chain, MISSING) if imported is MISSING else Place(chain, imported)


def _is_subscript(tokens: list[Token], index: int) -> bool:
    return 0 < index < len(tokens) - 1 and tokens[index - 1].text == "[" and tokens[index + 1].text == "]"


def _is_keyword_argument(tokens: list[Token], index: int) -> bool:
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    return (
        following == "="
        and index > 0
        and tokens[index - 1].text in ("(", ",")
        and any(token.text == "(" for token in tokens[:index])
    )


def _imported(tokens: list[Token], index: int) -> Any:
    """Give the module, or its member, that an import statement names at a token, where it is loaded."""
    words = [token.text for token in tokens]
    if words[0] == "from" and "import" in words[:index]:
        if words[index - 1] == "as":
            return MISSING
        module = _loaded("".join(words[1 : words.index("import")]))
        if not is_module(module):
            return MISSING
        member = lookup(module.__dict__, words[index])
        return (
            member
            if member is not MISSING
            else _loaded("".join(words[1 : words.index("import")]) + "." + words[index])
        )
    if words[0] in ("import", "from") and words[index - 1] != "as":
        first = index
        while first > 1 and words[first - 1] not in (",", words[0]):
            first -= 1
        return _loaded("".join(words[first : index + 1]))
    return MISSING


def _loaded(name: str) -> Any:
    module = lookup(sys.modules, name)
    return module if is_module(module) else MISSING


def _in_string(text: str, token: Token, offset: int) -> Place | None:
    """Look into the replacement field of an f-string that the cursor stands in."""
    marks = token.text[: len(token.text) - len(token.text.lstrip("rRbBfFuUtT"))].lower()
    if "f" not in marks and "t" not in marks:
        return None
    opening = text.rfind("{", token.start, offset)
    if opening < 0 or "}" in text[opening:offset]:
        return None
    stop = _IDENTIFIER_END.match(text, offset, token.end)
    tokens = tokenize(text, opening + 1, stop.end() if stop else offset)
    if not tokens or tokens[-1].kind != "name":
        return None
    return _of_name(tokens, len(tokens) - 1)
