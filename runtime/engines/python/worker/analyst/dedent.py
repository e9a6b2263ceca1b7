"""Takes the common indentation off some lines of a text, and leaves the inside of strings as it is."""

from __future__ import annotations

from .layout import Layout

_BLANKS = " \t\f\ufeff"


def dedented(layout: Layout, first: int, last: int) -> tuple[str, int]:
    """Give physical lines as a text that can run by itself.

    Args:
        layout: The text's.
        first: The first physical line, from 0.
        last: The last one, included.

    Returns:
        The text, its lines ending in LF; and how many columns were taken off each line that had them.
    """
    common = _common_indentation(layout, first, last)
    lines = [
        line if number in layout.inside else _without(line, common)
        for number, line in enumerate(layout.lines[first : last + 1], first)
    ]
    return "\n".join(lines).lstrip("\ufeff"), len(common)


def _common_indentation(layout: Layout, first: int, last: int) -> str:
    """Give the longest run of blanks that all logical lines within begin with; other lines do not count."""
    common: str | None = None
    for logical in layout.logical:
        if first <= logical.first <= last:
            line = layout.lines[logical.first].lstrip("\ufeff")
            blanks = line[: len(line) - len(line.lstrip(" \t"))]
            common = blanks if common is None else _common_prefix(common, blanks)
    return common or ""


def _common_prefix(one: str, other: str) -> str:
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return one[:length]


def _without(line: str, indentation: str) -> str:
    if line.startswith(indentation):
        return line[len(indentation) :]
    # A comment or a continuation further left than the code: it loses the blanks that it has.
    blanks = len(line) - len(line.lstrip(_BLANKS))
    return line[min(blanks, len(indentation)) :]
