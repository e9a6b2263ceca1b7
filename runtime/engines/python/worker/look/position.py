"""Places in a text: between lines and columns as editors count them and offsets as Python does.

Lines count from 1, columns from 0 in UTF-16 code units; an offset is an index into the str. Knows nothing of
Python's grammar.
"""

from __future__ import annotations

import re

_LINE_ENDS = re.compile(r"\r\n|\r|\n")


def to_offset(text: str, line: int, column: int) -> int:
    """Give the offset of a place in a text.

    Args:
        text: The whole text; lines end in LF, CRLF or CR.
        line: From 1. Beyond the end means the end.
        column: From 0, in UTF-16 code units. Beyond the end of the line means its end.

    Returns:
        An index into `text`, at most its length.
    """
    start = _line_start(text, line)
    if start < 0:
        return len(text)
    end = _line_end(text, start)
    if text.isascii():
        return min(start + column, end)
    return start + code_points(text[start:end], column)


def to_position(text: str, offset: int) -> dict[str, int]:
    """Give line and column of an offset, as `{line, column}`.

    Args:
        text: The whole text.
        offset: An index into it.

    Returns:
        The position: line from 1, column from 0 in UTF-16 code units.
    """
    if "\r" in text:
        ends = [match.end() for match in _LINE_ENDS.finditer(text, 0, offset)]
        # The LF of a CRLF that the cut at `offset` would tear apart belongs to the line before.
        start, line = (ends[-1], len(ends) + 1) if ends else (0, 1)
    else:
        start, line = text.rfind("\n", 0, offset) + 1, text.count("\n", 0, offset) + 1
    return {"line": line, "column": utf16_length(text[start:offset])}


def utf16_length(text: str) -> int:
    """Count the UTF-16 code units of a text.

    Args:
        text: Any text; lone surrogates count one.

    Returns:
        The number of code units.
    """
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for char in text if char > "\uffff")


def _line_start(text: str, line: int) -> int:
    if "\r" in text:
        start = 0
        for match in _LINE_ENDS.finditer(text):
            if line <= 1:
                break
            start, line = match.end(), line - 1
        return start if line <= 1 else -1
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if start == 0:
            return -1
    return start


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    carriage = text.find("\r", start, end)
    return end if carriage < 0 else carriage


def code_points(line: str, column: int) -> int:
    """Give the index in a line that a column of UTF-16 code units stands for, at most the line's length.

    Args:
        line: A physical line.
        column: From 0.

    Returns:
        An index of the line, in code points.
    """
    if line.isascii():
        return min(column, len(line))
    units = 0
    for index, char in enumerate(line):
        if units >= column:
            return index
        units += 2 if char > "\uffff" else 1
    return len(line)
