"""Rewrites lines with magics into Python, one line into one, so that tracebacks keep their line numbers.

Pure. Follows IPython's rules (IPython.core.inputtransformer2): a cell magic is the first line and takes all others;
elsewhere a magic stands at the beginning of a statement, or to the right of an assignment.
"""

import io
import re
import tokenize

_CELL = re.compile(r"%%(\w[\w.]*)[ \t]*(.*)")
_ASSIGNED = re.compile(r"^(\s*[\w.\[\]'\", ]+=\s*)([%!])(?!=)(.*)$")
_HELP = re.compile(r"^(\s*)(\?{1,2})\s*([%\w.*\[\]'\"]+)\s*$|^(\s*)([%\w.*\[\]'\"]+)(\?{1,2})\s*$")
_STATEMENT = re.compile(r"^(\s*)(%(?!%)|!!|!)(.*)$")


def rewrite(code: str) -> str:
    """`code` with its magics as calls of `get_ipython()`; as it is where there are none."""
    lines = code.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return code
    cell = _CELL.match(lines[first])
    if cell is not None:
        name, rest = cell.groups()
        body = "\n".join(lines[first + 1 :])
        return "\n" * first + f"get_ipython().run_cell_magic({name!r}, {rest.strip()!r}, {body + chr(10)!r})"
    for index in range(len(lines)):
        if _is_candidate(lines[index]) and _begins_statement(lines[:index]):
            lines[index] = _rewrite_line(lines, index)
    return "\n".join(lines)


def _is_candidate(line: str) -> bool:
    return any(pattern.match(line) is not None for pattern in (_STATEMENT, _HELP, _ASSIGNED))


def _rewrite_line(lines: list[str], index: int) -> str:
    line = _joined(lines, index)
    found = _HELP.match(line)
    if found is not None:
        indent, marks, name = found[1] or found[4] or "", found[2] or found[6], found[3] or found[5]
        return f"{indent}get_ipython().run_line_magic({'pinfo2' if len(marks) == 2 else 'pinfo'!r}, {name!r})"
    found = _STATEMENT.match(line)
    if found is not None:
        indent, mark, rest = found.groups()
        return indent + (_magic(rest) if mark == "%" else _command(rest, captured=mark == "!!"))
    found = _ASSIGNED.match(line)
    assert found is not None, line
    target, mark, rest = found.groups()
    return target + (_magic(rest) if mark == "%" else _command(rest, captured=True))


def _magic(rest: str) -> str:
    name, _, arguments = rest.strip().partition(" ")
    return f"get_ipython().run_line_magic({name!r}, {arguments.strip()!r})"


def _command(rest: str, captured: bool) -> str:
    return f"get_ipython().{'getoutput' if captured else 'system'}({rest.strip()!r})"


def _joined(lines: list[str], index: int) -> str:
    """The line with those that a backslash continues; they become empty, so that the count stays."""
    line = lines[index]
    following = index + 1
    while line.endswith("\\") and following < len(lines):
        line = line[:-1].rstrip() + " " + lines[following].strip()
        lines[following] = ""
        following += 1
    return line


def _begins_statement(before: list[str]) -> bool:
    """True when the lines before end outside of any string, bracket and continuation."""
    if before and before[-1].endswith("\\"):
        return False
    try:
        for _ in tokenize.generate_tokens(io.StringIO("\n".join(before) + "\n").readline):
            pass
    except tokenize.TokenError:
        return False  # End of the text in a string or in brackets.
    except (SyntaxError, IndentationError):
        return True  # Wrong elsewhere, which the compiler will say better.
    return True
