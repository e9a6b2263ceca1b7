"""Durable form of a session's state: content-addressed objects in a folder, and a manifest that names them.

The format is in docs/checkpoint-format.md. Nothing here knows of trees, labels or records: those are the runtime's.
Everything is imported on the first use, with the standard library alone on `sys.path`: by then, user code
decides what `sys.path` is.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from . import baseline as baseline
from .failures import CheckpointDamaged, CheckpointVersion, SaveFailed

__all__ = ["CheckpointDamaged", "CheckpointVersion", "SaveFailed", "answer_load", "load", "now_and_then", "save", "state_of_session"]

DEADLINE_SECONDS = 10.0
_TELL_SECONDS = 0.1
Progress = Callable[[int, int], None]


def save(
    namespace: dict[str, Any],
    objects: str,
    *,
    deadline: float = DEADLINE_SECONDS,
    progress: Progress | None = None,
    throwaway: bool = True,
    state: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the state of this process as objects.

    Args:
        namespace: The session's global variables; not changed.
        objects: Folder of the objects; made where it is missing.
        deadline: Seconds that one group of variables may take; then it is given up.
        progress: Called with the bytes that are done and the bytes in all.
        throwaway: True: user code (`__reduce__`) runs in forks of this process, which may not hold a session.
        state: What `state_of_session` gave, before any fork that may draw new random numbers. None: the present.

    Returns:
        `manifest`, `object_names`, `added_bytes`, `total_bytes` and `report`, ready for JSON.

    Raises:
        SaveFailed: Nothing was written, or nothing that counts; the message says why.
    """
    with _standard_library_only():
        from . import saving, supervising
    if state is None:
        state = state_of_session()
    tell = progress or (lambda done, total: None)
    if throwaway and hasattr(os, "fork"):
        return supervising.save(namespace, objects, saving.Options(deadline=deadline, progress=tell, state=state))
    return saving.save(namespace, objects, saving.Options(deadline=deadline, progress=tell, state=state))


def state_of_session() -> dict[str, Any]:
    """What belongs to the session and to no variable: folder, environment, random streams."""
    with _standard_library_only():
        from . import session
    return session.state()


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


def answer_load(namespace: dict[str, Any], frame: Mapping[str, Any]) -> dict[str, Any]:
    """Give the frame `loaded` for a frame `load {n, objects, manifest}`."""
    answer = {"type": "loaded", "n": frame.get("n")}
    try:
        return {**answer, "ok": True, "report": load(namespace, frame["objects"], frame["manifest"])}
    except CheckpointDamaged as error:
        code, message = "checkpoint-damaged", str(error)
    except CheckpointVersion as error:
        code, message = "checkpoint-version", str(error)
    except Exception as error:  # noqa: BLE001 - a manifest from elsewhere may be anything
        code, message = "checkpoint-damaged", f"The checkpoint cannot be read: {type(error).__name__}: {error}"
    return {**answer, "ok": False, "error": {"code": code, "message": message}}


def now_and_then(progress: Progress) -> Progress:
    """`progress`, at most ten times a second, and at the end."""
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done >= total or now - last > _TELL_SECONDS:
            last = now
            progress(done, total)

    return tell


@contextmanager
def _standard_library_only() -> Iterator[None]:
    users_path = sys.path[:]
    home = os.path.dirname(os.path.abspath(os.__file__))
    sys.path[:] = [home, os.path.join(home, "lib-dynload"), *[entry for entry in users_path if entry.endswith(".zip")]]
    try:
        yield
    finally:
        sys.path[:] = users_path
