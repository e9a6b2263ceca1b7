"""Chooses who rewrites a program with magics, and puts `get_ipython` where the rewritten program finds it."""

import builtins
import importlib.util
import re
import sys
from typing import Any

# Whether it is worth a try: a line that begins with %, ! or ?, ends with ?, or assigns from a magic or a command.
_TRACES = re.compile(r"^[ \t]*(%|!|\?)|\?[ \t]*(#.*)?$|=[ \t]*[%!]", re.MULTILINE)


def rewrite(code: str, namespace: dict[str, Any]) -> str | None:
    """`code` as plain Python with as many lines; None where there is no magic in it.

    To be called with code that is not valid Python, because valid Python never means a magic. Installs
    `get_ipython` as a builtin when it rewrites something.

    Args:
        namespace: That of the session's `__main__`; magics run user code in it.
    """
    if _TRACES.search(code) is None:
        return None
    rewritten = _with_ipython(code, namespace) if has_ipython() else _ours(code, namespace)
    return None if rewritten == code else rewritten


def has_ipython() -> bool:
    """True when the user's environment has IPython, whether or not it was imported."""
    if "IPython" in sys.modules:
        return sys.modules["IPython"] is not None
    try:
        return importlib.util.find_spec("IPython") is not None
    except (ImportError, ValueError):
        return False


def _with_ipython(code: str, namespace: dict[str, Any]) -> str:
    from hindsight_worker.magics import ipython

    shell = ipython.shell_of(namespace)
    if shell is None:
        return _ours(code, namespace)
    text: str = shell.transform_cell(code)
    return text


def _ours(code: str, namespace: dict[str, Any]) -> str:
    from hindsight_worker.magics import shell, syntax

    rewritten = syntax.rewrite(code)
    if rewritten != code:
        ours = shell.shell_of(namespace)
        builtins.get_ipython = lambda: ours  # type: ignore[attr-defined]
    return rewritten
