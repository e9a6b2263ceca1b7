"""Changes a variable of a frame, or what an expression names, to the value of another expression.

It runs in the process whose program it changes. Knows frames; which process that is, and what follows, is not its business.
"""

import ctypes
import sys
from types import FrameType
from typing import Any

from hindsight_worker.debugging import scopes
from hindsight_worker.debugging.looking import Failed, described
from hindsight_worker.debugging.places import Stack

Told = dict[str, Any]


def assign(request: Told, frame: FrameType | None, stack: Stack) -> Told:
    """Does it.

    Args:
        request: `frame`, `value`, and `name` with `scope`, or `expression`.
        frame: The innermost.
        stack: Tells the user's frames from others.

    Returns:
        `variable`: as it is now.

    Raises:
        Failed: It cannot be done; the message says why.
    """
    target = scopes.frame_at(frame, int(request.get("frame") or 0), stack.is_mine)
    if target is None:
        raise Failed("not-stopped", "the program does not stand in this frame")
    name = str(request.get("expression") or request.get("name") or "")
    value = _evaluated(str(request["value"]), target)
    if name.isidentifier():
        set_variable(target, name, value, request.get("scope"))
    else:
        _set_part(target, name, value)
    return {"variable": described(name, value)}


def _evaluated(text: str, frame: FrameType) -> Any:
    try:
        return eval(compile(text.strip(), "<value>", "eval"), frame.f_globals, scopes.merged(frame))
    except Exception as error:
        raise Failed("expression-failed", f"{type(error).__name__}: {error}") from error


def _set_part(frame: FrameType, target: str, value: Any) -> None:
    """An attribute or an item: an assignment to what the expression names."""
    names = {**scopes.merged(frame), "__hindsight_value__": value}
    try:
        exec(compile(f"{target} = __hindsight_value__", "<value>", "exec"), names)
    except Exception as error:
        raise Failed("expression-failed", f"{type(error).__name__}: {error}") from error


def set_variable(frame: FrameType, name: str, value: Any, scope: str | None) -> None:
    """The variable of the frame that has this name, else the global."""
    if scope == "Globals" or frame.f_locals is frame.f_globals or name not in frame.f_locals:
        frame.f_globals[name] = value
        return
    frame.f_locals[name] = value
    if sys.version_info < (3, 13):
        # The mapping is a copy there; this writes it back, as debuggers do (PEP 558, PEP 667).
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
