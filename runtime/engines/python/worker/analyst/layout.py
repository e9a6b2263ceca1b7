"""Where the logical lines of a text begin and end, in code that may be wrong anywhere.

Statements of Python are told apart by brackets, strings, line ends and indentation alone, so this reads just
those: as right as the real parser on right code (tests compare them over the standard library), and twenty times
as fast as parso (docs/decisions/0004). An error spoils only the statement that it is in.
Knows no cursor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class Logical(NamedTuple):
    """A logical line: physical lines from `first` to `last` (from 0, both included).

    `indent` is its width in columns, tabs going to multiples of 8; `start` the offset of its first token.
    """

    first: int
    last: int
    indent: int
    start: int


class Layout(NamedTuple):
    """A text, cut into physical lines without their ends and into logical lines.

    `inside` holds the physical lines that begin within a string.
    """

    text: str
    lines: list[str]
    logical: list[Logical]
    inside: frozenset[int]


_SCAN: Final = re.compile(
    r'(?P<triple>"""(?:[^"\\]|\\.|"(?!""))*(?:"""|\Z)|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*(?:\'\'\'|\Z))'
    r'|(?P<single>"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?)'
    # Brackets with nothing of interest between them are passed over at once: two thirds of all.
    r"|[(\[{][^()\[\]{}\"'\\\n\#]*[)\]}]"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<newline>\n)|(?P<joined>\\\n)|\#[^\n]*",
    re.DOTALL,
)
_BLANKS: Final = " \t\f\ufeff"
_BLANK: Final = re.compile(r"[ \t\f\ufeff]*")
#: What a line of its own begins with rather than a line within brackets, at the left margin.
_AT_MARGIN: Final = re.compile(
    r"(?!(?:and|or|in|is|not|else|if|for|async)\b)[^\W\d]|@|[\"']|(?:if|for|async)\b.*:[ \t]*(?:\#.*)?$", re.MULTILINE
)


def layout_of(text: str, *, recover: bool = False) -> Layout:
    """Cut a text into logical lines.

    Args:
        text: Any text; its lines end in LF only.
        recover: Take an unclosed bracket or text to end where a statement seems to begin at the left margin.

    Returns:
        The layout; lines with nothing but blanks and comments are in no logical line.
    """
    logical: list[Logical] = []
    inside: set[int] = set()
    line = depth = 0
    begun = _begin(text, 0, 0)
    for match in _matches(text, recover):
        kind = match.lastgroup
        if kind == "newline":
            line += 1
            if depth and recover and _AT_MARGIN.match(text, match.end()):
                depth = 0
            if depth == 0:
                if begun is not None:
                    logical.append(Logical(begun[0], line - 1, begun[1], begun[2]))
                begun = _begin(text, match.end(), line)
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "joined":
            line += 1
        elif kind is not None:
            added = text.count("\n", match.start(), match.end())
            if added:
                inside.update(range(line + 1, line + added + 1))
                line += added
    if begun is not None:
        logical.append(Logical(begun[0], line, begun[1], begun[2]))
    return Layout(text, text.split("\n"), logical, frozenset(inside))


def _matches(text: str, recover: bool) -> Iterator[re.Match[str]]:
    at = 0
    while True:
        for match in _SCAN.finditer(text, at):
            if recover and match.lastgroup == "triple" and not _is_closed(match.group()):
                end_of_line = text.find("\n", match.start())
                if end_of_line < 0:
                    return
                at = end_of_line
                break
            yield match
        else:
            return


def _is_closed(quoted: str) -> bool:
    return len(quoted) >= 6 and quoted.endswith(quoted[:3])


def _begin(text: str, offset: int, line: int) -> tuple[int, int, int] | None:
    """Tell line, indentation and offset of the logical line that begins at a line's start, if one does."""
    first = text[offset : offset + 1]
    if first not in _BLANKS:
        return None if first in "#\n" else (line, 0, offset)
    match = _BLANK.match(text, offset)
    start = match.end() if match is not None else offset
    if start >= len(text) or text[start] in "\n#":
        return None
    blanks = text[offset:start]
    return line, len(blanks) if blanks.count(" ") == len(blanks) else _width(blanks), start


def _width(blanks: str) -> int:
    # A form feed begins the column count anew, as in Python's tokenizer.
    return len(blanks.rpartition("\f")[2].replace("\ufeff", "").expandtabs(8))
