"""Names that the text around a cursor binds, which no live namespace knows: a function's own, or not yet run.

A guess from single lines, for completion only; what the names stand for is jedi's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .candidates import Candidate

_MOST: Final = 500
#: Lines that bind most of the names in them.
_BINDING_LINE: Final = re.compile(
    r"\s*(?:async\s+)?(?:def|class|for|with|import|from|except|global|nonlocal)\b|.*\bfor\b.+\bin\b|.*\blambda\b"
)
_DEFINED: Final = {"def": "function", "class": "class", "import": "module"}


def bound_words(text: str, prefix: str, start: int) -> Iterator[Candidate]:
    """Give the names that begin with a prefix and are bound somewhere in a text.

    Args:
        text: The whole text.
        prefix: What is typed of the name; nothing is given for an empty one.
        start: Where that begins: the word there is the one being typed.

    Returns:
        Candidates marked as known from the source alone.
    """
    if not prefix:
        return
    word = re.compile(
        rf"(?:\b(def|class|import)[ \t]+|(?<![\w.\"']))({re.escape(prefix)}\w*)(?![\w\"'])", re.IGNORECASE
    )
    seen: set[str] = set()
    for count, match in enumerate(word.finditer(text)):
        name = match.group(2)
        if count >= _MOST:
            return
        if (
            name in seen
            or match.start(2) == start
            or not (match.group(1) or _binds(text, match.start(2), match.end(2)))
        ):
            continue
        seen.add(name)
        yield Candidate(name, rank=2, type=_DEFINED.get((match.group(1) or "").lower(), "instance"), source="static")


def _binds(text: str, start: int, end: int) -> bool:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    before = text[line_start:start]
    after = text[end : line_end if line_end >= 0 else len(text)]
    if "#" in before:
        return False
    if _BINDING_LINE.match(before + text[start:end] + after):
        return True
    if re.match(r"[\w\s,*()]*$", before) and re.match(r"[\w\s,*()]*(?::[^=]+)?(?:=(?!=)|:=)", after):
        return True
    # A parameter on a line of its own.
    return not before.strip(" \t*") and re.match(r"\s*(?:[,)]|:\s*\w)", after) is not None
