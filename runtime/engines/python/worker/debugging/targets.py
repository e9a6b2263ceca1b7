"""The functions that the line of a frame may call: where a step may lead into.

Read from the source, so a name that stands for nothing callable may be among them. Knows no debugger.
"""

import ast
import linecache
from types import FrameType


def calls_of_line(frame: FrameType) -> list[str]:
    """Names of what is called on the present line, in the order of the text; empty where the source is not known."""
    source = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    line = frame.f_lineno
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    names = (_name(node.func) for node in calls if not _is_far(node, line))
    return list(dict.fromkeys(name for name in names if name))


def _is_far(node: ast.Call, line: int) -> bool:
    # The call of which this line is only an argument far below is not one of this line.
    return node.func.lineno != line and node.lineno != line


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
