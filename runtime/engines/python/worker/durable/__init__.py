"""Durable form of a session's state: content-addressed objects in a folder, and a manifest that names them.

The format is in docs/checkpoint-format.md. Nothing here knows of trees, labels or records: those are the runtime's.
Everything is imported on the first use, with the standard library alone on `sys.path`: by then, user code
decides what `sys.path` is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import baseline as baseline
from .failures import CheckpointDamaged, CheckpointVersion, SaveFailed

__all__ = ["CheckpointDamaged", "CheckpointVersion", "SaveFailed", "load", "save"]

DEADLINE_SECONDS = 10.0
Progress = Callable[[int, int], None]


def save(
    namespace: dict[str, Any],
    objects: str,
    *,
    deadline: float = DEADLINE_SECONDS,
    progress: Progress | None = None,
    throwaway: bool = True,
) -> dict[str, Any]:
    """Write the state of this process as objects.

    Args:
        namespace: The session's global variables; not changed.
        objects: Folder of the objects; made where it is missing.
        deadline: Seconds that one group of variables may take; then it is given up.
        progress: Called with the bytes that are done and the bytes in all.
        throwaway: True: user code (`__reduce__`) runs in forks of this process, which may not hold a session.

    Returns:
        `manifest`, `object_names`, `added_bytes`, `total_bytes` and `report`, ready for JSON.

    Raises:
        SaveFailed: Nothing was written, or nothing that counts; the message says why.
    """
    with _standard_library_only():
        from . import saving, supervising
    tell = progress or (lambda done, total: None)
    if throwaway and hasattr(os, "fork"):
        return supervising.save(namespace, objects, deadline, tell)
    return saving.save(namespace, objects, saving.Options(deadline=deadline, progress=tell))


def load(namespace: dict[str, Any], objects: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Bring a saved state into this fresh process. Runs the code that is in it.

    Args:
        namespace: The global variables of a session that has run nothing yet. Changed only when all went well.
        objects: Folder of the objects.
        manifest: As `save` gave it.

    Returns:
        The report: what was kept, what is lost and why, and warnings.

    Raises:
        CheckpointDamaged: An object is missing or is not what was written; names the object and its variables.
        CheckpointVersion: The manifest is of a newer format.
    """
    with _standard_library_only():
        from . import loading
    return loading.load(namespace, objects, manifest)


@contextmanager
def _standard_library_only() -> Iterator[None]:
    users_path = sys.path[:]
    home = os.path.dirname(os.path.abspath(os.__file__))
    sys.path[:] = [home, os.path.join(home, "lib-dynload"), *[entry for entry in users_path if entry.endswith(".zip")]]
    try:
        yield
    finally:
        sys.path[:] = users_path
