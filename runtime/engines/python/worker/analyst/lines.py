"""At which lines of a file something is executed: where a breakpoint can be. Reads the file, runs nothing of it."""

from __future__ import annotations

import dis
import tokenize
import types
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

_ENTRIES: Final = frozenset(
    {"RESUME", "COPY_FREE_VARS", "MAKE_CELL", "RETURN_GENERATOR", "POP_TOP", "GEN_START", "CACHE", "NOP"}
)


def lines(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer which lines of a file can be stopped at.

    Args:
        request: `file`, a path; or `code`, its text.

    Returns:
        `{lines}`, 1-based, in order; None where the file cannot be read, or is no Python that compiles.
    """
    try:
        text = request["code"] if "code" in request else _text_of(request["file"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(text, "<lines>", "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return {"lines": sorted({line for one in _codes(code) for line in _lines_of(one)})}


def _text_of(file: str) -> str:
    with tokenize.open(file) as opened:
        return opened.read()


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _lines_of(code: types.CodeType) -> Iterator[int]:
    """Give the lines at which an event comes; the one at which a function is entered has none of its own."""
    for start, _, line in code.co_lines():
        if line and not (line == code.co_firstlineno and code.co_name != "<module>" and _is_entry(code, start)):
            yield line


def _is_entry(code: types.CodeType, offset: int) -> bool:
    """Tell whether an instruction of the first line is only what a function begins with."""
    return dis.opname[code.co_code[offset]] in _ENTRIES
