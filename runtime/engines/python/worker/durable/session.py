"""What of a session belongs to no variable: folder, environment, `sys.path`, random streams, source texts, settings.

Of the environment only what the session has changed is written: the rest belongs to the machine and holds secrets.
"""

from __future__ import annotations

import linecache
import os
import random
import sys
from typing import Any

from . import baseline


def state() -> dict[str, Any]:
    """The state as plain values, for one pickle."""
    told: dict[str, Any] = {
        "cwd": _folder(),
        "environment": {
            "set": {name: value for name, value in os.environ.items() if baseline.environment.get(name) != value},
            "removed": [name for name in baseline.environment if name not in os.environ],
        },
        "path": list(sys.path),
        "argv": list(sys.argv),
        "recursion_limit": sys.getrecursionlimit(),
        "random": random.getstate(),
    }
    numpy = sys.modules.get("numpy.random")
    if numpy is not None:
        told["numpy_random"] = numpy.get_state(legacy=True)
    settings = sys.modules.get("numpy")
    if settings is not None:
        told["numpy_errors"] = settings.geterr()
        told["numpy_print"] = settings.get_printoptions()
    decimal = sys.modules.get("decimal")
    if decimal is not None:
        told["decimal"] = decimal.getcontext()
    return told


def sources() -> dict[str, str]:
    """Texts that only the session knows: of cells, and of files as the editor had them."""
    told = {}
    for name, entry in list(linecache.cache.items()):
        if isinstance(name, str) and len(entry) == 4 and entry[1] is None:
            told[name] = "".join(entry[2])
    return told


def restore(told: dict[str, Any], prefix: str) -> list[dict[str, str]]:
    """Bring the state of a session back.

    Args:
        told: As `state` gave it.
        prefix: `sys.prefix` of the Python that wrote it.

    Returns:
        Warnings of what could not be brought back.
    """
    warnings = []
    _restore_environment(told["environment"])
    _restore_path(told["path"], prefix)
    sys.argv[:] = told["argv"]
    try:
        if told["cwd"] is not None:
            os.chdir(told["cwd"])
    except OSError as error:
        message = f"The working directory {told['cwd']} cannot be entered: {error.strerror}"
        warnings.append({"kind": "file", "name": told["cwd"], "message": message})
    return warnings


def restore_settings(told: dict[str, Any]) -> list[dict[str, str]]:
    """Bring back the random streams and settings of libraries; last, because loading may draw numbers.

    Returns:
        Warnings of what could not be brought back.
    """
    warnings = []
    for name, setter in _SETTERS.items():
        if name not in told:
            continue
        try:
            setter(told[name])
        except Exception as error:  # noqa: BLE001 - another version's settings must not cost the variables
            message = f"The state of {name.replace('_', '.')} cannot be brought back: {error}"
            warnings.append({"kind": "version", "name": name, "message": message})
    return warnings


def restore_sources(told: dict[str, str]) -> None:
    """Make source texts known to tracebacks and `inspect` again."""
    for name, text in told.items():
        if name not in linecache.cache:
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None


def _restore_environment(changes: dict[str, Any]) -> None:
    os.environ.update(changes["set"])
    for name in changes["removed"]:
        os.environ.pop(name, None)


def _restore_path(path: list[str], prefix: str) -> None:
    """The whole path with the same Python; else the user's own entries, behind those of this Python."""
    if prefix == sys.prefix:
        sys.path[:] = path
        return
    sys.path.extend(
        entry for entry in path if entry not in sys.path and not entry.startswith((prefix, sys.base_prefix))
    )


def _restore_decimal(context: Any) -> None:
    import decimal

    decimal.setcontext(context)


def _numpy() -> Any:
    import numpy  # type: ignore[import-not-found]

    return numpy


_SETTERS = {
    "recursion_limit": sys.setrecursionlimit,
    "decimal": _restore_decimal,
    "numpy_errors": lambda told: _numpy().seterr(**told),
    "numpy_print": lambda told: _numpy().set_printoptions(**told),
    "numpy_random": lambda told: _numpy().random.set_state(told),
    "random": random.setstate,
}
