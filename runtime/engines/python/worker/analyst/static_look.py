"""Completion and information from reading the source, by jedi, in this very process.

Used where no live object knows the answer. jedi takes no time to be polite about: the caller bounds it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from typing import Any, Final

from ..look.position import to_offset, to_position, utf16_length

_MOST: Final = 1_000
_MOST_DOC: Final = 20_000
_TYPES: Final = {
    "module": "module",
    "namespace": "module",
    "class": "class",
    "instance": "instance",
    "function": "function",
    "param": "param",
    "path": "path",
    "keyword": "keyword",
    "property": "property",
    "statement": "instance",
}


def complete(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the operation `complete` from the source.

    Args:
        request: `code`, `line`, `column`, and `file` where it has one.

    Returns:
        `{completions, start}`; None without `code`, or where nothing fits.
    """
    script = _script(request)
    if script is None:
        return None
    line, column = _place(request)
    found = script.complete(line, column)
    if not found:
        return None
    length = found[0].get_completion_prefix_length()
    shown = (one for one in found if length or not one.name.startswith("_"))
    completions = [_completion(one) for one, _ in zip(shown, range(_MOST))]
    start = to_offset(request["code"], request["line"], request["column"]) - length
    return {"completions": completions, "start": to_position(request["code"], start)}


def info(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the operation `info` from the source.

    Args:
        request: `code`, `line`, `column`, `context`, and `file` where it has one.

    Returns:
        What is known, with the definition's file and line; None where nothing is.
    """
    script = _script(request)
    if script is None:
        return None
    line, column = _place(request)
    if request.get("context") == "call":
        return _call(script.get_signatures(line, column))
    names = script.infer(line, column) or script.help(line, column)
    targets = script.goto(line, column, follow_imports=True)
    if not names and not targets:
        return None
    described = names[0] if names else targets[0]
    defined = targets[0] if targets else described
    return {**_information(described, defined), **_range(request)}


@functools.cache
def _jedi() -> Any:
    import jedi
    import jedi.settings
    import parso.cache

    # Parsed files are remembered in memory alone: nothing is written into the person's home, and nothing that
    # lies there is unpickled. jedi has a setting for where, and none for whether.
    parso.cache._save_to_file_system = lambda *_args, **_options: None
    parso.cache._load_from_file_system = lambda *_args, **_options: None
    parso.cache._remove_cache_and_update_lock = lambda *_args, **_options: None
    # It would search other files for calls of the function that the cursor is in.
    jedi.settings.dynamic_params = False
    return jedi


@functools.lru_cache(maxsize=16)
def _project(folder: str) -> Any:
    # A project of its own, or jedi would search the folders above for one.
    return _jedi().Project(folder, load_unsafe_extensions=False)


def _script(request: Mapping[str, Any]) -> Any:
    code = request.get("code")
    if code is None:
        return None
    jedi = _jedi()
    file = request.get("file")
    path = file if file and os.path.isabs(file) else None
    folder = os.path.dirname(path) if path else os.getcwd()
    return jedi.Script(code=code, path=path, environment=jedi.InterpreterEnvironment(), project=_project(folder))


def _place(request: Mapping[str, Any]) -> tuple[int, int]:
    """Give line and column as jedi counts them: columns in code points."""
    code, line = request["code"], request["line"]
    start = to_offset(code, line, 0)
    return line, to_offset(code, line, request["column"]) - start


def _completion(one: Any) -> dict[str, str]:
    name = one.name_with_symbols
    kind = "param" if name.endswith("=") else _TYPES.get(one.type, "instance")
    answer = {"candidate": name, "type": kind, "source": "static"}
    if kind not in ("keyword", "path", "param"):
        answer["symbol"] = one.full_name or name
    return answer


def _information(described: Any, defined: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"name": defined.name, "source": "static"}
    told["type"] = _type_of(described)
    doc = described.docstring(raw=True)[:_MOST_DOC]
    # What `int` says of itself helps nobody who looks at a number.
    if doc and (described.type != "instance" or described.module_name != "builtins"):
        told["doc"] = doc
    signatures = described.get_signatures() if described.type in ("function", "class") else []
    if signatures:
        told["arglists"] = [signature.to_string() for signature in signatures][:5]
        told["signature"] = _signature(signatures[0])
    if described.type in ("function", "class", "module") and described.module_name:
        told["module"] = described.module_name
    told.update(_definition(defined))
    return told


def _range(request: Mapping[str, Any]) -> dict[str, Any]:
    """Give the range of the identifier at the cursor."""
    code = request["code"]
    start = end = to_offset(code, request["line"], request["column"])
    while start > 0 and (code[start - 1].isalnum() or code[start - 1] == "_"):
        start -= 1
    while end < len(code) and (code[end].isalnum() or code[end] == "_"):
        end += 1
    return {"range": {"start": to_position(code, start), "end": to_position(code, end)}} if start < end else {}


def _type_of(name: Any) -> str:
    if name.type == "instance":
        return (name.full_name or name.name).removeprefix("builtins.")
    return {"class": "type", "statement": "object", "param": "object"}.get(name.type, name.type)


def _definition(name: Any) -> dict[str, Any]:
    if name.module_path is None or name.line is None:
        return {} if name.line is None or name.in_builtin_module() else _local_definition(name)
    return {"file": str(name.module_path), "line": name.line, "column": _column(name)}


def _local_definition(name: Any) -> dict[str, Any]:
    """Give the place in the very text that was asked about, which has no path."""
    return {"line": name.line, "column": _column(name)}


def _column(name: Any) -> int:
    line = name.get_line_code()
    return utf16_length(line[: name.column]) if line else name.column


def _call(signatures: list[Any]) -> dict[str, Any] | None:
    if not signatures:
        return None
    signature = signatures[0]
    told: dict[str, Any] = {
        "name": signature.name,
        "arglists": [one.to_string() for one in signatures][:5],
        "signature": _signature(signature),
        "source": "static",
    }
    if signature.index is not None:
        told["signature"]["active"] = signature.index
    doc = signature.docstring(raw=True)[:_MOST_DOC]
    return {**told, "doc": doc} if doc else told


def _signature(signature: Any) -> dict[str, Any]:
    parameters = [{"label": parameter.to_string()} for parameter in signature.params]
    return {"label": signature.to_string(), "parameters": parameters}
