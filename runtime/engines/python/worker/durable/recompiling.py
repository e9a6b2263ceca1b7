"""Code objects under another Python version: compiled again from the source that the session knew."""

from __future__ import annotations

import ast
import linecache
import types
from collections.abc import Iterator

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Recompiler:
    """Finds code by name and line in files that it compiles once."""

    def __init__(self, written_by: str) -> None:
        """`written_by` is the version of the Python that wrote the state."""
        self._written_by = written_by
        self._found: dict[str, list[types.CodeType]] = {}

    def find(self, file: str, name: str, qualname: str, line: int) -> types.CodeType:
        """Give the code that begins in a line of a file.

        Raises:
            LookupError: Its source is not known, or has changed.
        """
        if file not in self._found:
            self._found[file] = list(_codes_of(file))
        for code in self._found[file]:
            if (code.co_name, code.co_firstlineno) == (name, line) and getattr(code, "co_qualname", qualname) == (
                qualname or getattr(code, "co_qualname", "")
            ):
                return code
        raise LookupError(f"{name} is code of Python {self._written_by}, and its source is not known")


def _codes_of(file: str) -> Iterator[types.CodeType]:
    text = "".join(linecache.getlines(file))
    for source in (text, *_statements(text)):
        try:
            yield from _nested(compile(source, file, "exec", _FLAGS, dont_inherit=True))
        except (SyntaxError, ValueError):
            continue
        if source is text:
            return


def _statements(text: str) -> Iterator[str]:
    """Each top-level block of a text that does not compile as a whole, at its own line."""
    lines = text.splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines) if line.strip() and not line[0].isspace() and line[0] not in "#)]}"]
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        yield "\n" * start + "".join(lines[start:end])


def _nested(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _nested(constant)
