"""Which logical lines make a statement: clauses, decorators and bodies. Knows no cursor and no columns.

A span is a pair of indices into `Layout.logical`, both included.
"""

from __future__ import annotations

import re
from typing import Final

from .layout import Layout, Logical

Span = tuple[int, int]

_WORD: Final = re.compile(r"@|[^\W\d]\w*")
_HEADS: Final = frozenset({"def", "class", "if", "for", "while", "try", "with", "async"})
_CLAUSES: Final = frozenset({"else", "elif", "except", "finally"})
_SOFT: Final = re.compile(r"(?:match|case)\b(?!\s*(?:=(?!=)|[.,)\]]|$)).*:\s*$", re.DOTALL)
_COMMENT: Final = re.compile(r"\s*\#[^\n]*$")


def top_level(layout: Layout, index: int) -> Span:
    """Give the top-level statement that a logical line is part of.

    Args:
        layout: The text's.
        index: Of the logical line.

    Returns:
        The statement's span, with its decorators and all its clauses.
    """
    logical = layout.logical
    first = index
    while first > 0 and (logical[first].indent > 0 or _goes_on(layout, first)):
        first -= 1
    last = first
    while last + 1 < len(logical) and (logical[last + 1].indent > 0 or _goes_on(layout, last + 1)):
        last += 1
    return first, last


def innermost_block(layout: Layout, index: int) -> Span | None:
    """Give the innermost compound statement that a logical line is the header of, or stands in.

    Args:
        layout: The text's.
        index: Of the logical line.

    Returns:
        The statement's span with its decorators; None for a plain line at the left margin.
    """
    logical = layout.logical
    while index + 1 < len(logical) and word(layout, index) == "@":
        index += 1
    head: int | None = index
    if not is_head(layout, index) and not is_clause(layout, index):
        head = _enclosing(layout, index)
    while head is not None and is_clause(layout, head):
        head = _head_of_clause(layout, head)
    return None if head is None else (_with_decorators(layout, head), end_of(layout, head))


def end_of(layout: Layout, head: int) -> int:
    """Give the last logical line of the compound statement, or the plain one, that begins at `head`."""
    logical = layout.logical
    indent = logical[head].indent
    last = head
    compound = is_head(layout, head)
    while last + 1 < len(logical):
        following = logical[last + 1]
        if following.indent < indent or (
            following.indent == indent and not (compound and _is_outer_clause(layout, last + 1))
        ):
            break
        last += 1
    return last


def start_of(layout: Layout, index: int) -> int:
    """Give the logical line that a clause such as `else` belongs to, its decorators included; else itself."""
    head: int | None = index
    while head is not None and is_clause(layout, head):
        head = _head_of_clause(layout, head)
    return index if head is None else head


def is_head(layout: Layout, index: int) -> bool:
    """Tell whether a logical line begins a compound statement."""
    first = word(layout, index)
    return first in _HEADS or (first == "match" and _is_soft(layout, index))


def is_clause(layout: Layout, index: int) -> bool:
    """Tell whether a logical line is a clause of a statement that began above."""
    return _is_outer_clause(layout, index) or (word(layout, index) == "case" and _is_soft(layout, index))


def needs_body(layout: Layout, index: int) -> bool:
    """Tell whether a logical line is a header whose body is on the lines below it, or a decorator."""
    if word(layout, index) == "@":
        return True
    if not is_head(layout, index) and not is_clause(layout, index):
        return False
    return _code(layout, layout.logical[index]).endswith(":")


def word(layout: Layout, index: int) -> str:
    """Give the first word of a logical line, `@` for a decorator; empty for other signs."""
    match = _WORD.match(layout.text, layout.logical[index].start)
    return match.group() if match is not None else ""


def _is_outer_clause(layout: Layout, index: int) -> bool:
    return word(layout, index) in _CLAUSES


def _goes_on(layout: Layout, index: int) -> bool:
    """Tell whether a line at the left margin goes on with the statement above."""
    return is_clause(layout, index) or word(layout, index - 1) == "@" and layout.logical[index - 1].indent == 0


def _enclosing(layout: Layout, index: int) -> int | None:
    indent = layout.logical[index].indent
    for above in range(index - 1, -1, -1):
        line = layout.logical[above]
        if line.indent < indent:
            if is_head(layout, above) or is_clause(layout, above):
                return above
            indent = line.indent
    return None


def _head_of_clause(layout: Layout, index: int) -> int | None:
    indent = layout.logical[index].indent
    inner = not _is_outer_clause(layout, index)
    for above in range(index - 1, -1, -1):
        line = layout.logical[above]
        if line.indent < indent or (line.indent == indent and not inner):
            if is_head(layout, above) or is_clause(layout, above):
                return above
            if line.indent < indent:
                return None
    return None


def _with_decorators(layout: Layout, head: int) -> int:
    indent = layout.logical[head].indent
    while head > 0 and word(layout, head - 1) == "@" and layout.logical[head - 1].indent == indent:
        head -= 1
    return head


def _is_soft(layout: Layout, index: int) -> bool:
    return _SOFT.match(_code(layout, layout.logical[index])) is not None


def _code(layout: Layout, line: Logical) -> str:
    """Give a logical line's text without a comment at its end."""
    last = layout.lines[line.last]
    text = "\n".join([*layout.lines[line.first : line.last], _COMMENT.sub("", last)])
    return text.strip(" \t\f\ufeff\n")
