"""From code as it was sent to code objects: the last expression apart, lines numbered as in the editor.

Pure: compiles, runs nothing. Future imports of one program hold for those that follow (`flags`).
"""

import __future__

import _ast
from types import CodeType
from typing import NamedTuple

_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST; `ast` itself need not be imported for it
_TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_FUTURES = 0
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag


class Program(NamedTuple):
    """What is to run, in this order; either may be None."""

    body: CodeType | None
    expression: CodeType | None
    flags: int


def compile_program(code: str, file: str, line: int, flags: int) -> Program:
    """Compiles `code`, whose first line is line `line` (from 1) of `file`.

    Args:
        flags: Compiler flags of the future imports so far.

    Returns:
        The program; its `flags` are those for the next one.

    Raises:
        SyntaxError: With the position in `file`.
        RecursionError, MemoryError, OverflowError: The code is nested too deeply for the compiler.
    """
    _check_characters(code, file, line)
    # Leading newlines number the lines in code objects and in syntax errors alike, and cost nearly nothing.
    source = "\n" * (line - 1) + code
    tree = compile(source, file, "exec", _ONLY_AST | _TOP_LEVEL_AWAIT | flags, dont_inherit=True)
    statements = tree.body
    last = statements.pop() if statements and isinstance(statements[-1], _ast.Expr) else None
    if last is not None and _is_silenced(source, last):
        statements.append(last)
        last = None
    body = None
    if statements:
        body = compile(tree, file, "exec", _TOP_LEVEL_AWAIT | flags, dont_inherit=True)
        flags |= body.co_flags & _FUTURES
    expression = None
    if last is not None:
        tree_of_last = _ast.Expression(body=last.value)
        expression = compile(tree_of_last, file, "eval", _TOP_LEVEL_AWAIT | flags, dont_inherit=True)
    return Program(body, expression, flags)


def _check_characters(code: str, file: str, line: int) -> None:
    for number, text in enumerate(code.split("\n") if "\0" in code else [], line):
        if "\0" in text:
            shown = text.replace("\0", "\N{SYMBOL FOR NULL}")
            position = (file, number, text.index("\0") + 1, shown)
            raise SyntaxError("source code cannot contain null bytes", position)
    try:
        code.encode()
    except UnicodeEncodeError as error:
        number = line + code.count("\n", 0, error.start)
        raise SyntaxError("source code cannot contain a lone surrogate", (file, number, 1, None)) from None


def _is_silenced(source: str, last: _ast.Expr) -> bool:
    """True when a semicolon follows the last expression."""
    assert last.end_lineno is not None and last.end_col_offset is not None
    # Form feeds and the like do not end a line for the compiler, so `splitlines` would count wrongly.
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    rest = lines[last.end_lineno - 1].encode()[last.end_col_offset :]
    return rest.lstrip().startswith(b";")
