"""An exception at which a program stands: what a person is told of it.

Its `__str__` is the user's code: what it raises is no reason to say nothing.
"""

import os
import traceback
from types import FrameType
from typing import Any

from hindsight_worker.debugging.places import Stack

_MOST = 20_000
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Seen:
    """An exception and why it was stopped for: `raised`, `uncaught` or `userUncaught`."""

    def __init__(self, error: BaseException, mode: str) -> None:
        self.error = error
        self.mode = mode

    def told(self) -> dict[str, Any]:
        """`exceptionInfo` of the protocol."""
        error = self.error
        causes = [{"type": type_name(one), "message": message_of(one)} for one in _causes(error)]
        return {
            "type": type_name(error),
            "message": message_of(error),
            "mode": self.mode,
            "traceback": _traceback(error)[-_MOST:],
            **({"causes": causes} if causes else {}),
        }


def type_name(error: BaseException) -> str:
    """The name of its class, with the module where that is not built in."""
    cls = type(error)
    return cls.__qualname__ if cls.__module__ in ("builtins", "__main__") else f"{cls.__module__}.{cls.__qualname__}"


def message_of(error: BaseException) -> str:
    """Its text."""
    try:
        return str(error)[:_MOST]
    except BaseException as problem:
        return f"<its text cannot be shown: {type(problem).__name__}>"


def begins_here(error: BaseException, frame: FrameType, stack: Stack) -> bool:
    """Whether this is the first of the user's frames that it is raised in, or comes to; not one that it passes further out."""
    if not stack.is_mine(frame.f_code):
        return False
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame is not frame and stack.is_mine(trace.tb_frame.f_code):
            return False
        trace = trace.tb_next
    return True


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    inner: BaseException | None = error
    while len(found) < 20:
        assert inner is not None
        inner = inner.__cause__ or (None if inner.__suppress_context__ else inner.__context__)
        if inner is None or inner in found:
            break
        found.append(inner)
    return found


def _traceback(error: BaseException) -> str:
    try:
        told = traceback.TracebackException.from_exception(error)
        _leave_out_ours(told)
        return "".join(told.format())
    except BaseException as problem:
        return f"<it cannot be shown: {type(problem).__name__}>"


def _leave_out_ours(told: traceback.TracebackException) -> None:
    """What runs the program is none of its business."""
    todo, seen = [told], set[int]()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        one.stack[:] = [frame for frame in one.stack if not frame.filename.startswith(_OURS)]
        todo += [other for other in (one.__cause__, one.__context__) if other is not None]
