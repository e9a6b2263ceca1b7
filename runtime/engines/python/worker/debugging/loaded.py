"""Which breakpoints lie in files whose code has not run, and why: a person who waits there waits in vain.

Knows breakpoints and files; when that is asked, and who is told, is the debugger's.
"""

import os
import sys
from typing import Any

from hindsight_worker.debugging.places import Stack
from hindsight_worker.debugging.points import Point, Points, real_file

Told = dict[str, Any]

_NOT_YET = "the program has not come to this file so far"
_NOT_MINE = "this is a library's file, and only your own code is stopped in (justMyCode)"


class Loaded:
    """Says of each breakpoint what has changed since it was asked last. Those of which nothing was said are taken for reachable."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._said: dict[int, str] = {}

    def changes(self, points: Points) -> list[Told]:
        """The new states; not of breakpoints that have a message of their own."""
        mine = self._files_that_run({os.path.basename(file) for file, _ in points.of_files()})
        changed = []
        for file, point in points.of_files():
            message = "" if mine.get(file) else _NOT_YET if file not in mine else _NOT_MINE
            if not point.problem and message != self._said.get(point.id, ""):
                self._said[point.id] = message
                changed.append(_state(point, message))
        return changed

    def _files_that_run(self, names: set[str]) -> dict[str, bool]:
        """Whose code has run, of files that are called so: whether it is the user's own."""
        if not names:
            return {}
        modules = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        found = {file for file in (*self._stack.files, *modules) if isinstance(file, str) and os.path.basename(file) in names}
        return {real_file(file): self._stack.is_mine_file(file) for file in found}


def _state(point: Point, message: str) -> Told:
    state = {"id": point.id, "verified": not message, "line": point.told["line"]}
    return {**state, "message": message} if message else state
