"""The call that a cursor stands in: which callable, which argument. Knows tokens only, no live objects."""

from __future__ import annotations

import keyword
from typing import NamedTuple

from .chains import Chain, chain_before
from .tokens import Token


class OpenBracket(NamedTuple):
    """A bracket that is not closed before the cursor.

    `at` is the index of its token; `callee` the chain before it, where there is one.
    """

    bracket: str
    at: int
    callee: Chain | None


class OpenCall(NamedTuple):
    """A call whose arguments the cursor stands in.

    `positional` counts the positional arguments before the cursor's; `keyword` names the one at the cursor, if
    it is one; `used` are the keywords given anywhere before.
    """

    callee: Chain
    positional: int
    keyword: str | None
    used: frozenset[str]


def innermost_bracket(tokens: list[Token]) -> OpenBracket | None:
    """Find the bracket that is open at the end of the tokens.

    Args:
        tokens: From the beginning of a logical line to the cursor.

    Returns:
        The innermost open bracket, or None.
    """
    return _open_bracket(tokens, len(tokens))


def innermost_call(tokens: list[Token]) -> OpenCall | None:
    """Find the call whose parentheses are open at the end of the tokens.

    Args:
        tokens: From the beginning of a logical line to the cursor.

    Returns:
        The innermost open call whose callee is a chain, also around other open brackets; or None.
    """
    end = len(tokens)
    while (found := _open_bracket(tokens, end)) is not None:
        if found.bracket == "(" and found.callee is not None:
            if _is_definition(tokens, found.callee):
                return None
            return _arguments(found.callee, tokens[found.at + 1 :])
        end = found.at
    return None


def _open_bracket(tokens: list[Token], end: int) -> OpenBracket | None:
    depth = 0
    for index in range(end - 1, -1, -1):
        token = tokens[index]
        if token.kind != "op":
            continue
        if token.text in ")]}":
            depth += 1
        elif token.text in "([{":
            depth -= 1
            if depth < 0:
                return OpenBracket(token.text, index, _callee(tokens, index))
    return None


def _callee(tokens: list[Token], index: int) -> Chain | None:
    before = tokens[index - 1] if index else None
    if (
        before is None
        or (before.kind == "name" and keyword.iskeyword(before.text))
        or before.kind == "op"
        and before.text != "]"
    ):
        return None
    return chain_before(tokens, index)


def _is_definition(tokens: list[Token], callee: Chain) -> bool:
    """Tell whether the callee is the name in a `def` or `class` line, whose parentheses are no call."""
    for index, token in enumerate(tokens):
        if token.start == callee.start:
            return index > 0 and tokens[index - 1].text in ("def", "class")
    return False


def _arguments(callee: Chain, tokens: list[Token]) -> OpenCall:
    arguments: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "op" and token.text in "([{":
            depth += 1
        elif token.kind == "op" and token.text in ")]}":
            depth -= 1
        if depth == 0 and token.text == ",":
            arguments.append([])
        else:
            arguments[-1].append(token)
    names = [_keyword_of(argument) for argument in arguments]
    positional = sum(1 for name in names[:-1] if name is None)
    used = frozenset(name for name in names if name is not None)
    return OpenCall(callee, positional, names[-1], used)


def _keyword_of(argument: list[Token]) -> str | None:
    if len(argument) >= 2 and argument[0].kind == "name" and argument[1].text == "=":
        return argument[0].text
    return None
