"""With what a state was written: Python, packages, the user's own modules. And how that differs from here."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import platform
import sys
import sysconfig
from collections.abc import Iterable
from types import ModuleType
from typing import Any, Final

_LIBRARIES: Final = tuple(
    os.path.join(folder, "")
    for key in ("stdlib", "platstdlib", "purelib", "platlib")
    if (folder := sysconfig.get_paths().get(key))
)
_MISSING: Final = object()


def python() -> dict[str, str]:
    """This Python, for a manifest."""
    return {
        "implementation": sys.implementation.name,
        "version": platform.python_version(),
        "bytecode": importlib.util.MAGIC_NUMBER.hex(),
        "prefix": sys.prefix,
        "platform": sys.platform,
        "byteorder": sys.byteorder,
    }


def packages(modules: Iterable[str]) -> dict[str, str]:
    """Versions of the packages that these modules belong to, where they say one."""
    roots = {name.partition(".")[0] for name in modules} - {"hindsight_worker", "__main__", ""}
    found = {}
    for root in sorted(roots - sys.stdlib_module_names):
        version = getattr(sys.modules.get(root), "__version__", None)
        if isinstance(version, str):
            found[root] = version
    return found


def user_modules(modules: Iterable[str]) -> dict[str, dict[str, str]]:
    """File and digest of the modules among these that belong to no library."""
    found = {}
    for name in sorted(set(modules)):
        file = getattr(sys.modules.get(name), "__file__", None)
        if name.partition(".")[0] not in ("__main__", "hindsight_worker") and isinstance(file, str) and not file.startswith(_LIBRARIES):
            digest = _digest(file)
            if digest is not None:
                found[name] = {"file": file, "sha256": digest}
    return found


def changed_variables(module: ModuleType) -> list[str]:
    """Variables of a module that are not what its source says, as far as that is written as plain values."""
    try:
        with open(str(module.__file__), "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return []
    written: dict[str, Any] = {}
    for statement in ast.walk(tree):
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and statement not in tree.body:
            for name in _targets(statement):
                written.setdefault(name, _MISSING)
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            for name in _targets(statement):
                first = name not in written and isinstance(statement, (ast.Assign, ast.AnnAssign))
                written[name] = _literal(statement) if first else _MISSING
    return [name for name, value in written.items() if value is not _MISSING and _differs(vars(module), name, value)]


def differences(manifest: dict[str, Any]) -> list[dict[str, str]]:
    """Warnings of what is of another version here than where the state was written; imports nothing."""
    told = []
    written, here = manifest["python"], python()
    if written["version"].split(".")[:2] != here["version"].split(".")[:2]:
        message = f"Written by Python {written['version']}, loaded by Python {here['version']}"
        told.append({"kind": "version", "name": "python", "message": message})
    for name, known in manifest["user_modules"].items():
        spec = _find(name)
        if spec is not None and spec.origin and _digest(spec.origin) not in (None, known["sha256"]):
            message = f"The module {name} is not as it was: {spec.origin} has changed"
            told.append({"kind": "version", "name": name, "message": message})
    return told


def package_differences(manifest: dict[str, Any]) -> list[dict[str, str]]:
    """Warnings of packages of another version, among those that are imported by now."""
    told = []
    for name, version in manifest["packages"].items():
        here = getattr(sys.modules.get(name), "__version__", version)
        if here != version:
            message = f"Written with {name} {version}, loaded with {name} {here}"
            told.append({"kind": "version", "name": name, "message": message})
    return told


def _find(name: str) -> Any:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, AttributeError, ValueError):
        return None


def _digest(file: str) -> str | None:
    try:
        with open(file, "rb") as content:
            return hashlib.sha256(content.read()).hexdigest()
    except OSError:
        return None


def _targets(statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _literal(statement: Any) -> Any:
    try:
        return ast.literal_eval(statement.value) if statement.value is not None else _MISSING
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return _MISSING


def _differs(variables: dict[str, Any], name: str, written: Any) -> bool:
    value = variables.get(name, _MISSING)
    # Of other types than literals have, a comparison would run the user's code.
    return type(value) is not type(written) or value != written
