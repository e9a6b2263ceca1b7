"""`name?` and `name??`: what an object is, in text. Evaluates no call, only names, attributes and items."""

import ast
import inspect
import re
from typing import Any

_LONGEST_LINE = 80


def describe(namespace: dict[str, Any], name: str) -> None:
    """Prints type, value, signature, file and documentation of what `name` stands for."""
    value, found = _find(namespace, name)
    if not found:
        return
    rows = [("Signature", _signature(name, value)), ("Type", type(value).__name__)]
    if not callable(value):
        rows += [("String form", one_line(value)), ("Length", _length(value))]
    rows += [("File", _file(value)), ("Docstring", inspect.getdoc(value) or "<no docstring>")]
    _print(rows)


def source(namespace: dict[str, Any], name: str) -> None:
    """As `describe`, with the source in place of the documentation where it is known."""
    value, found = _find(namespace, name)
    if not found:
        return
    try:
        text = inspect.getsource(value if callable(value) or inspect.ismodule(value) else type(value))
    except (OSError, TypeError):
        describe(namespace, name)
        return
    rows = [("Signature", _signature(name, value)), ("Source", "\n" + text.rstrip()), ("File", _file(value))]
    _print([*rows, ("Type", type(value).__name__)])


def one_line(value: Any) -> str:
    """`str(value)` in at most 80 characters of one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 3] + "..."


def _find(namespace: dict[str, Any], name: str) -> tuple[Any, bool]:
    if "*" in name:
        _list_matching(namespace, name)
        return None, False
    try:
        tree = ast.parse(name.lstrip("%"), mode="eval")
        if any(isinstance(node, (ast.Call, ast.Await)) for node in ast.walk(tree)):
            raise ValueError(name)
        return eval(compile(tree, "<help>", "eval"), namespace), True
    except Exception:
        print(f"Object `{name}` not found.")
        return None, False


def _list_matching(namespace: dict[str, Any], pattern: str) -> None:
    owner, _, last = pattern.rpartition(".")
    try:
        names = dir(eval(owner, namespace)) if owner else sorted(namespace)
    except Exception:
        names = []
    wanted = re.compile(re.escape(last).replace(r"\*", ".*") + r"\Z")
    for name in names:
        if wanted.match(name):
            print(f"{owner}.{name}" if owner else name)


def _signature(name: str, value: Any) -> str:
    if not callable(value):
        return ""
    try:
        return f"{name.rpartition('.')[2]}{inspect.signature(value)}"
    except (TypeError, ValueError):
        return ""


def _length(value: Any) -> str:
    try:
        return str(len(value))
    except Exception:
        return ""


def _file(value: Any) -> str:
    try:
        return inspect.getfile(value)
    except (TypeError, OSError):
        return ""


def _print(rows: list[tuple[str, str]]) -> None:
    for label, text in rows:
        if text:
            print(f"{label + ':':<12} {text}")
