"""The piece of code that a cursor or a selection stands for. Pure: a text and a place in it, a range out of it.

A cell's borders (`# %%`) are decided by the language server, not here.
"""

from __future__ import annotations

import ast
import functools
import warnings
from collections.abc import Mapping
from typing import Any, Final

from ..look.position import code_points, utf16_length
from .dedent import dedented
from .layout import Layout, layout_of
from .structure import end_of, innermost_block, needs_body, start_of, top_level

_UNITS: Final = ("statement", "block", "selection")


def locate(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the operation `locate`.

    Args:
        request: `code`, `line`, `column`, `unit` and, for a selection, `end`.

    Returns:
        `{range, text, dedent, next}`; None where there is nothing to run.

    Raises:
        ValueError: The unit is none of the three.
    """
    unit = request["unit"]
    if unit not in _UNITS:
        raise ValueError(f"unit {unit!r} is none of {', '.join(_UNITS)}")
    code = request["code"].replace("\r\n", "\n").replace("\r", "\n")
    found = _locate(_layout(code, recover=False), request)
    if found is None or _parses(found["text"]):
        return found
    # A bracket or a text that was left open somewhere may have swallowed other statements.
    return _locate(_layout(code, recover=True), request) or found


@functools.lru_cache(maxsize=8)
def _layout(text: str, *, recover: bool) -> Layout:
    return layout_of(text, recover=recover)


def _locate(layout: Layout, request: Mapping[str, Any]) -> dict[str, Any] | None:
    line = min(request["line"] - 1, len(layout.lines) - 1)
    end = request.get("end")
    if request["unit"] == "selection" and end is not None:
        place = (line, request["column"])
        until = (min(end["line"] - 1, len(layout.lines) - 1), end["column"])
        if until != place:
            return _selection(layout, place, max(until, place))
    index = _logical_at(layout, line)
    if index is None:
        return None
    span = innermost_block(layout, index) if request["unit"] == "block" else None
    first, last = span or top_level(layout, index)
    return _answer(layout, layout.logical[first].first, layout.logical[last].last)


def _logical_at(layout: Layout, line: int) -> int | None:
    """Give the logical line at a physical one; on a blank line or a comment the next one, if any."""
    low, high = 0, len(layout.logical)
    while low < high:
        middle = (low + high) // 2
        if layout.logical[middle].last < line:
            low = middle + 1
        else:
            high = middle
    return low if low < len(layout.logical) else None


def _selection(layout: Layout, start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any] | None:
    expression = _selected_expression(layout, start, end)
    if expression is not None:
        return expression
    first_line, last_line = start[0], end[0] - (end[1] == 0 and end[0] > start[0])
    first = _logical_at(layout, first_line)
    if first is None or layout.logical[first].first > last_line:
        return None
    first = start_of(layout, first)
    last = _logical_before(layout, last_line)
    while needs_body(layout, last) and last + 1 < len(layout.logical):
        following = end_of(layout, last)
        # A decorator has no body of its own: what it decorates is the next line.
        last = following if following > last else last + 1
    return _answer(layout, layout.logical[first].first, layout.logical[last].last)


def _logical_before(layout: Layout, line: int) -> int:
    """Give the last logical line that begins at or above a physical one."""
    index = _logical_at(layout, line)
    if index is None:
        return len(layout.logical) - 1
    return index if layout.logical[index].first <= line else index - 1


def _selected_expression(layout: Layout, start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any] | None:
    """Give a part of one line that is an expression by itself, exactly as it was selected."""
    if start[0] != end[0]:
        return None
    line = layout.lines[start[0]]
    from_index, to_index = code_points(line, start[1]), code_points(line, end[1])
    selected = line[from_index:to_index]
    text = selected.strip(" \t\f\ufeff")
    if not text or not _is_expression(text):
        return None
    from_index += len(selected) - len(selected.lstrip(" \t\f\ufeff"))
    to_index = from_index + len(text)
    number = start[0] + 1
    return {
        "range": {
            "start": {"line": number, "column": utf16_length(line[:from_index])},
            "end": {"line": number, "column": utf16_length(line[:to_index])},
        },
        "text": text,
        # So that the columns of a traceback are those of the editor.
        "dedent": utf16_length(line[:from_index]),
        "next": _next(layout, start[0]),
    }


def _answer(layout: Layout, first: int, last: int) -> dict[str, Any]:
    # A bracket left open takes the blank lines behind it along.
    while last > first and not layout.lines[last].strip():
        last -= 1
    text, columns = dedented(layout, first, last)
    start = 1 if layout.lines[first].startswith("\ufeff") else 0
    end = {"line": last + 1, "column": utf16_length(layout.lines[last])}
    return {
        "range": {"start": {"line": first + 1, "column": start}, "end": end},
        "text": text,
        "dedent": columns,
        "next": _next(layout, last),
    }


def _next(layout: Layout, line: int) -> dict[str, int]:
    """Give where the statement below a physical line begins, else the end of the text."""
    index = _logical_at(layout, line + 1)
    while index is not None and layout.logical[index].first <= line:
        index = index + 1 if index + 1 < len(layout.logical) else None
    if index is None:
        return {"line": len(layout.lines), "column": utf16_length(layout.lines[-1])}
    number = layout.logical[index].first
    text = layout.lines[number]
    return {"line": number + 1, "column": len(text) - len(text.lstrip(" \t\f\ufeff"))}


def _is_expression(text: str) -> bool:
    return _parses(text, "eval")


def _parses(text: str, mode: str = "exec") -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<located>", mode, ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True
