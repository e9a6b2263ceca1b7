"""The variables of a frame, as mappings that can be looked into: locals, what it closes over, globals.

Reading them changes nothing. Knows frames; how a variable is shown is the looking part's.
"""

from types import CodeType, FrameType
from typing import Any, Callable

NAMES = ("Locals", "Closure", "Globals")


def frame_at(frame: FrameType | None, index: int, is_mine: Callable[[CodeType], bool]) -> FrameType | None:
    """The frame so many further out, as `call-stack` numbers them; None for those below the program, which that does not name."""
    found = frame
    while found is not None and index > 0:
        found, index = found.f_back, index - 1
    caller = found
    while caller is not None and caller is not frame and not is_mine(caller.f_code):
        caller = caller.f_back
    return None if caller is None else found


def mapping(frame: FrameType, scope: str) -> dict[str, Any]:
    """The variables of one scope."""
    if scope == "Globals":
        return frame.f_globals
    own = frame.f_locals
    if own is frame.f_globals:
        return {} if scope == "Closure" else frame.f_globals
    if frame.f_code.co_name == "<module>":
        return {} if scope == "Closure" else _of_comprehension(frame)
    free = set(frame.f_code.co_freevars)
    return {name: value for name, value in own.items() if (name in free) == (scope == "Closure")}


def names(frame: FrameType) -> list[str]:
    """The scopes that this frame has. At the top of a module locals are globals: they are shown once."""
    if frame.f_locals is frame.f_globals:
        return ["Globals"]
    if frame.f_code.co_name == "<module>":
        return ["Locals", "Globals"] if _of_comprehension(frame) else ["Globals"]
    return [name for name in NAMES if name != "Closure" or frame.f_code.co_freevars]


def _of_comprehension(frame: FrameType) -> dict[str, Any]:
    """At the top of a module, the variables of a comprehension that runs: from 3.12 on it has no frame of its own."""
    known = frame.f_globals
    return {name: value for name, value in frame.f_locals.items() if name not in known or known[name] is not value}


def merged(frame: FrameType) -> dict[str, Any]:
    """All names that code in this frame sees, save builtins."""
    return {**frame.f_globals, **frame.f_locals}


def laid_over(frame: FrameType) -> dict[str, Any]:
    """The frame's own globals, with its locals laid over them: what a prompt in the middle of a function shows."""
    own = dict(frame.f_locals)
    frame.f_globals.update(own)
    return frame.f_globals
