"""Undoes changes in a real session: a state is taken, the object changed, and the session goes on from the state."""

from __future__ import annotations

import ast
import os
import signal
import sys
from pathlib import Path
from typing import Iterable, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))
from worker_driver import Peer, Runtime  # noqa: E402

_TELL = """
import re, warnings
warnings.simplefilter("ignore")
def told(probe):
    try:
        return re.sub(r"0x[0-9a-f]+", "0x…", repr(eval(compile(probe, "<probe>", "eval"), globals())))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
folder = {folder!r}
"""


class Undone(NamedTuple):
    """What a probe said before the change, after it, and after the change was undone."""

    before: str
    changed: str
    after: str


def undo_each(cases: Iterable[tuple[str, str, str]], folder: str) -> list[Undone]:
    """Makes, changes and undoes one object after the other, all in the line of one session.

    Args:
        cases: Code that makes an object `x`, code that changes it, an expression that tells its state.
        folder: What the variable `folder` says.
    """
    runtime = Runtime()
    try:
        _eval(runtime, _TELL.replace("{folder!r}", repr(folder)))
        return [_undo(runtime, *case) for case in cases]
    finally:
        runtime.close()


def _undo(runtime: Runtime, make: str, change: str, probe: str) -> Undone:
    _eval(runtime, make + "\nNone")
    before = _told(runtime, probe)
    frozen = runtime.freeze()
    _eval(runtime, change + "\nNone")
    changed = _told(runtime, probe)
    left = runtime.pid
    runtime.thaw(frozen)
    _end(left, frozen)
    return Undone(before, changed, _told(runtime, probe))


def _told(runtime: Runtime, probe: str) -> str:
    value = _eval(runtime, f"told({probe!r})")
    return str(ast.literal_eval(value))


def _eval(runtime: Runtime, code: str) -> str:
    outcome = runtime.eval(code)
    if outcome["kind"] != "result":
        raise AssertionError("\n".join([code, *outcome["traceback"]]))
    return str(outcome.get("repr", "None"))


def _end(worker: int, frozen: Peer) -> None:
    for pid in (worker, int(frozen.hello["pid"])):
        os.kill(pid, signal.SIGKILL)
