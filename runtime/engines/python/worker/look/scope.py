"""Whether a name at a cursor is a function's own, so that the session's variable of that name is another.

A guess from the lines above, made without parsing; code that is wrong anywhere does not matter.
"""

from __future__ import annotations

import re
from typing import Final

_HEADER: Final = re.compile(r"(?P<indent>[ \t]*)(?:async[ \t]+)?(?P<kind>def|class)[ \t]+\w+")
_MOST_LINES: Final = 400


def is_local(text: str, offset: int, name: str) -> bool:
    """Tell whether a name belongs to the function, or the comprehension, that the cursor is in.

    Args:
        text: The whole text.
        offset: Where the name stands.
        name: The name.

    Returns:
        True when a parameter, an assignment or a `for` of the enclosing functions binds it.
    """
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    word = re.escape(name)
    if re.search(rf"[\[({{].*\bfor\b[^:]*\b{word}\b[^:]*\bin\b", line) or re.search(
        rf"\blambda\b[^:]*\b{word}\b", line
    ):
        return True
    indent = _indent(line)
    while indent > 0:
        header = _enclosing(text, start, indent)
        if header is None:
            return False
        kind, header_start, indent = header
        if kind == "def" and _binds(text[header_start:offset] + line[offset - start :], word):
            return True
        start = header_start
    return False


def _indent(line: str) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())


def _enclosing(text: str, start: int, indent: int) -> tuple[str, int, int] | None:
    """Find the nearest `def` or `class` line above that is less indented."""
    for _ in range(_MOST_LINES):
        if start <= 0:
            return None
        end, start = start - 1, text.rfind("\n", 0, start - 1) + 1
        line = text[start:end]
        if not line.strip() or (here := _indent(line)) >= indent:
            continue
        match = _HEADER.match(line)
        if match is not None:
            return match["kind"], start, here
        # A header that spans lines ends in a line such as `) -> int:`, which is no block of its own.
        indent = here + 1 if line.lstrip().startswith(")") else here
    return None


def _binds(body: str, word: str) -> bool:
    if re.search(rf"\b(?:global|nonlocal)\b[^\n]*\b{word}\b", body):
        return False
    signature = body[: _signature_end(body)]
    if re.search(rf"[(,*]\s*{word}\s*(?:[:=,)/]|$)", signature[signature.find("(") :]):
        return True
    return (
        re.search(
            rf"^[ \t]*(?:[\w, \t*()]*,[ \t]*)?{word}[ \t]*(?:,[\w, \t*()]*)?(?::[^=\n]+)?(?:=(?!=)|[-+*/%&|^@]=|//=|\*\*=|>>=|<<=)"
            rf"|\bfor\b[^\n]*\b{word}\b[^\n]*\bin\b|\bas[ \t]+{word}\b|\b{word}[ \t]*:="
            rf"|\bimport\b[^\n]*\b{word}\b",
            body[len(signature) :],
            re.MULTILINE,
        )
        is not None
    )


def _signature_end(body: str) -> int:
    depth = 0
    for index, char in enumerate(body[:5_000]):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == ":" and depth == 0:
            return index
    return min(len(body), 5_000)
