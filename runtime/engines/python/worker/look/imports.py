"""What can be imported, found without importing it: by listing folders and reading sources.

Modules that the session has imported already answer with their live names.
"""

from __future__ import annotations

import ast
import importlib.machinery
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from .candidates import Candidate
from .statics import instance_dict, is_module, lookup
from .tokens import Token

_SUFFIXES: Final = tuple(importlib.machinery.all_suffixes())
_MOST_SOURCE_BYTES: Final = 500_000
_listed: dict[tuple[str, int], tuple[str, ...]] = {}


def candidates(
    tokens: list[Token], offset: int, namespace: Mapping[str, Any]
) -> tuple[Iterator[Candidate], str, int, str] | None:
    """List what an import statement may go on to name.

    Args:
        tokens: Of the logical line up to the cursor.
        offset: Where the cursor is.
        namespace: The session's; its `__package__` says what a relative import is relative to.

    Returns:
        Candidates, what is typed of them, where that begins, and the module they are asked of with a dot;
        None where the line is no import.
    """
    if len(tokens) < 2 and not (tokens and tokens[0].end < offset) or tokens[0].text not in ("import", "from"):
        return None
    typed = tokens[-1] if tokens[-1].kind == "name" and tokens[-1].end == offset else None
    before = tokens[:-1] if typed is not None else tokens
    prefix, start = (typed.text, typed.start) if typed is not None else ("", offset)
    words = [token.text for token in before]
    if words[-1] == "as":
        return iter(()), prefix, start, ""
    if words[0] == "from" and "import" in words:
        module = _absolute("".join(words[1 : words.index("import")]), namespace)
        return _members(module), prefix, start, f"{module}."
    if words[0] == "from" and len(words) > 1 and words[-1] not in (".", "..."):
        return iter((Candidate("import", type="keyword"),)), prefix, start, ""
    package = _absolute(_dotted(words), namespace)
    if words[-1] in (".", "...") and package:
        return (Candidate(name, rank=1, type="module") for name in _submodules(package)), prefix, start, f"{package}."
    return _top_level(), prefix, start, ""


def _dotted(words: list[str]) -> str:
    """Give the dotted name that the words end in, such as `os.` of `import sys, os.`."""
    last = len(words)
    while last > 1 and words[last - 1] not in (",", "import", "from"):
        last -= 1
    return "".join(words[last:])


def _absolute(name: str, namespace: Mapping[str, Any]) -> str:
    name = name.strip("()")
    level = len(name) - len(name.lstrip("."))
    rest = name.strip(".")
    if level == 0:
        return rest
    package = lookup(namespace, "__package__")
    parts = package.split(".") if type(package) is str and package else []
    kept = parts[: len(parts) - (level - 1)] if level > 1 else parts
    return ".".join([*kept, rest]).strip(".")


def _top_level() -> Iterator[Candidate]:
    stdlib = sys.stdlib_module_names
    for name in list(sys.modules):
        if type(name) is str and "." not in name:
            yield Candidate(name, rank=0, type="module")
    for folder in _search_path():
        for name in _list_modules(folder):
            yield Candidate(name, rank=1, type="module")
    for name in stdlib:
        yield Candidate(name, rank=2, type="module")


def _members(module: str) -> Iterator[Candidate]:
    live = lookup(sys.modules, module)
    if is_module(live):
        names = instance_dict(live)
        for name, value in list(dict.items(names)):  # type: ignore[arg-type]
            if type(name) is str:
                yield Candidate(name, value)
    else:
        for name, kind in _source_names(module):
            yield Candidate(name, rank=0, type=kind)
    for name in _submodules(module):
        yield Candidate(name, rank=1, type="module")


def _submodules(package: str) -> Iterator[str]:
    for folder in _package_folders(package):
        yield from _list_modules(folder)


def _package_folders(package: str) -> list[str]:
    live = lookup(sys.modules, package)
    if is_module(live):
        path = lookup(instance_dict(live), "__path__")
        return [folder for folder in path if type(folder) is str] if type(path) is list else []
    folders = _search_path()
    for part in package.split("."):
        if not part.isidentifier():
            return []
        folders = [path for folder in folders if os.path.isdir(path := os.path.join(folder, part))]
    return folders


def _search_path() -> list[str]:
    path = sys.path
    return [entry or os.curdir for entry in path if type(entry) is str] if type(path) is list else []


def _list_modules(folder: str) -> tuple[str, ...]:
    """List the modules and packages in a folder; remembered until the folder changes."""
    try:
        key = (folder, os.stat(folder).st_mtime_ns)
        if key not in _listed:
            with os.scandir(folder) as entries:
                _listed[key] = tuple(name for entry in entries if (name := _module_of(entry)))
        return _listed[key]
    except OSError:
        return ()


def _module_of(entry: os.DirEntry[str]) -> str:
    name = entry.name
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            stem = name[: -len(suffix)]
            return stem if stem.isidentifier() and stem != "__init__" else ""
    return name if name.isidentifier() and name != "__pycache__" and entry.is_dir() else ""


def _source_names(module: str) -> Iterator[tuple[str, str]]:
    """Read the names that a module's source defines at its top level."""
    source = _read_source(module)
    try:
        body = ast.parse(source).body if source else []
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement.name, "function"
        elif isinstance(statement, ast.ClassDef):
            yield statement.name, "class"
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                if alias.name != "*":
                    yield (alias.asname or alias.name).partition(".")[0], "instance"
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, "instance"


def _read_source(module: str) -> bytes:
    parent, _, name = module.rpartition(".")
    if not name.isidentifier():
        return b""
    for folder in _package_folders(parent) if parent else _search_path():
        for path in (os.path.join(folder, name, "__init__.py"), os.path.join(folder, f"{name}.py")):
            try:
                if os.stat(path).st_size <= _MOST_SOURCE_BYTES:
                    with open(path, "rb") as file:
                        return file.read()
            except OSError:
                continue
    return b""
