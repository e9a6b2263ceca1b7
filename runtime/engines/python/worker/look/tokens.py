"""The tokens before a cursor, in code that may be incomplete or wrong anywhere.

Python's own tokenizer gives up at the first error and must begin at the top; this one begins near the cursor
and never fails. It knows tokens only: what they stand for is decided in `chains.py`.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Token(NamedTuple):
    """A piece of code.

    `kind` is one of `name`, `number`, `string`, `open-string` (not closed before the end), `op`. `start` and
    `end` are offsets into the text.
    """

    kind: str
    text: str
    start: int
    end: int


_PREFIX = r"(?i:[rbfut]{0,2})"
_TOKEN = re.compile(
    r"[ \t\f\r\n]+|\\\r?\n|(?P<comment>\#[^\r\n]*)"
    rf'|(?P<string>{_PREFIX}(?:"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?!"")(?:[^"\\\r\n]|\\.)*"|\'(?!\'\')(?:[^\'\\\r\n]|\\.)*\'|""(?!")|\'\'(?!\')))'
    rf'|(?P<open>{_PREFIX}(?:"""|\'\'\'|"|\'))'
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<number>(?:\d[\w.]*|\.\d[\w.]*)(?:(?<=[eE])[+-]\d+)?)"
    r"|(?P<op>->|:=|\*\*=?|//=?|>>=?|<<=?|[-+*/%&|^@=<>!]=|\.\.\.|.)",
    re.DOTALL,
)
#: What can span lines or hide a quote: all other text is skipped at the speed of `re`.
_STRINGS = re.compile(
    r'\#[^\r\n]*|"""(?:[^"\\]|\\.|"(?!""))*(?P<a>"""|\Z)|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*(?P<b>\'\'\'|\Z)'
    r'|"(?:[^"\\\r\n]|\\.)*|\'(?:[^\'\\\r\n]|\\.)*',
    re.DOTALL,
)
_CONTINUES_AT_START = re.compile(r"\s*(?:[)\]}.,=+*/%&|^<>-]|(?:and|or|in|is|not|if|else|for|async)\b)")
_CONTINUES_AT_END = re.compile(r"(?:[(\[{,\\=+*/%&|^<>.-]|\b(?:and|or|in|is|not|if|else|for|lambda))\s*(?:\#.*)?$")
_MOST_LINES = 60


def tokens_before(text: str, offset: int) -> list[Token]:
    """Cut the logical line that ends at an offset into tokens.

    Args:
        text: The whole text.
        offset: Where the cursor is.

    Returns:
        The tokens from the beginning of the logical line, as far as that can be told, to the cursor. An
        unclosed string that the cursor stands in is the last one, of kind `open-string`; a comment that
        it stands in gives no tokens at all.
    """
    return tokenize(text, logical_line_start(text, offset), offset)


def tokenize(text: str, start: int, end: int) -> list[Token]:
    """Cut a part of a text into tokens, without blanks and comments.

    Args:
        text: The whole text.
        start: An offset outside of any string.
        end: Where to stop.

    Returns:
        The tokens; none when `end` is within a comment.
    """
    found: list[Token] = []
    position = start
    match_at = _TOKEN.match
    while position < end:
        match = match_at(text, position, end)
        if match is None:
            break
        kind, stop = match.lastgroup, match.end()
        if kind == "open":
            stop = _open_string_end(text, match.end(), end, match.group())
            found.append(Token("open-string" if stop == end else "string", text[position:stop], position, stop))
        elif kind == "comment":
            if stop == end and "\n" not in text[position:end]:
                return []
        elif kind is not None:
            found.append(Token(kind, match.group(), position, stop))
        position = stop
    return found


def logical_line_start(text: str, offset: int) -> int:
    """Find where the logical line around an offset begins, as far as a look at few lines can tell.

    Args:
        text: The whole text.
        offset: Where the cursor is.

    Returns:
        An offset at a line's beginning that is outside of any string.
    """
    spans = _multi_line_strings(text, offset)
    start = _outside(text, _line_start(text, offset), spans)
    for _ in range(_MOST_LINES):
        if start == 0:
            break
        before = _outside(text, _line_start(text, start - 1), spans)
        line_end = text[before:start].rstrip("\r\n")
        if not _CONTINUES_AT_START.match(text, start, offset) and not _CONTINUES_AT_END.search(line_end):
            break
        start = before
    return start


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _outside(text: str, start: int, spans: list[tuple[int, int]]) -> int:
    """Move a line's beginning that is within a string to the line on which the string begins."""
    for begin, end in reversed(spans):
        if begin < start < end:
            start = _line_start(text, begin)
    return start


def _multi_line_strings(text: str, offset: int) -> list[tuple[int, int]]:
    """Give the spans of strings that cross a line's end, up to an offset."""
    if '"""' not in text and "'''" not in text:
        return []
    return [
        match.span()
        for match in _STRINGS.finditer(text, 0, offset)
        if (match["a"] is not None or match["b"] is not None) and "\n" in match.group()
    ]


def _open_string_end(text: str, start: int, end: int, opening: str) -> int:
    if opening[-3:] in ('"""', "'''"):
        return end
    line_end = text.find("\n", start, end)
    return end if line_end < 0 else line_end
