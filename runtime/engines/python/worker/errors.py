"""An exception of the user's program as data: traceback, frames, message. None of our frames are in it.

Formatting runs user code (`__str__` of an exception), so every step of it may fail and is answered for.
"""

import os
import sys
import sysconfig
import traceback
from types import CodeType, TracebackType
from typing import Any

from hindsight_worker.deadline import within

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LIBRARIES = tuple(
    {
        os.path.join(folder, "")
        for key in ("stdlib", "platstdlib", "purelib", "platlib")
        if (folder := sysconfig.get_paths().get(key))
    }
)
_MESSAGE_LIMIT = 10_000
_TRACEBACK_LIMIT = 1_000_000
_FRAME_LIMIT = 200


def describe_error(error: BaseException, program: tuple[CodeType | None, ...], seconds: float) -> dict[str, Any]:
    """The fields of an `error` event for `error`, except how long the evaluation took.

    Args:
        program: The code objects of the evaluation: what is outside of them is ours, or asyncio's.
        seconds: How long formatting may take.
    """
    strip_quietly(error, program)
    name = _type_name(type(error))
    message, lines = "", []
    try:
        message = within(seconds, lambda: _message(error))
        lines = within(seconds, lambda: _formatted(error))
    except BaseException as failure:
        lines = lines or _without_message(name, error, failure)
    return {
        "exception_type": name,
        "exception_message": message[:_MESSAGE_LIMIT],
        "traceback": _cut(lines),
        "frames": _frames(error),
    }


def strip_quietly(error: BaseException, program: tuple[CodeType | None, ...]) -> None:
    """As `strip_error`, and never fails."""
    try:
        strip_error(error, program)
    except Exception:
        return  # A class of exceptions with a `__cause__` of its own making: its traceback then has our frames.


def strip_error(error: BaseException, program: tuple[CodeType | None, ...]) -> None:
    """Takes our frames out of the traceback of `error` and of the exceptions behind it."""
    todo, seen = [error], set()
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _stripped(each.__traceback__, program)
        todo.extend(other for other in (each.__cause__, each.__context__) if other is not None)
        todo.extend(getattr(each, "exceptions", ()) if _is_group(each) else ())


def _stripped(trace: TracebackType | None, program: tuple[CodeType | None, ...]) -> TracebackType | None:
    entries = []
    while trace is not None:
        entries.append(trace)
        trace = trace.tb_next
    # What comes before the program itself is how we got there: this package, asyncio's loop, the zygote.
    for index, entry in enumerate(entries):
        if any(entry.tb_frame.f_code is code for code in program):
            del entries[:index]
            break
    kept: TracebackType | None = None
    for entry in reversed(entries):
        if not entry.tb_frame.f_code.co_filename.startswith(_OURS):
            kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return kept


def _is_group(error: BaseException) -> bool:
    return sys.version_info >= (3, 11) and isinstance(error, BaseExceptionGroup)  # noqa: F821


def _type_name(kind: type) -> str:
    """As tracebacks have it; a metaclass may answer anything to `__name__`."""
    name, module = type.__getattribute__(kind, "__qualname__"), type.__getattribute__(kind, "__module__")
    return name if module in ("builtins", "__main__") else f"{module}.{name}"


def _message(error: BaseException) -> str:
    return str.__str__(str(error.msg if isinstance(error, SyntaxError) else error))


def _formatted(error: BaseException) -> list[str]:
    return "".join(traceback.format_exception(type(error), error, error.__traceback__)).splitlines()


def _without_message(name: str, error: BaseException, failure: BaseException) -> list[str]:
    text = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    reason = f"{name}: <its message could not be made: {type(failure).__name__}>"
    return ["".join(text) + reason][0].splitlines()


def _cut(lines: list[str]) -> list[str]:
    left = _TRACEBACK_LIMIT
    kept = []
    for line in lines:
        if left <= 0:
            return [*kept, "…"]
        kept.append(line[:left])
        left -= len(line) + 1
    return kept


def _frames(error: BaseException) -> list[dict[str, Any]]:
    frames = [
        {"file": frame.f_code.co_filename, "line": line or 0, "name": frame.f_code.co_name}
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_users(frame.f_code.co_filename)
    ]
    if isinstance(error, SyntaxError) and error.filename and type(error.lineno) is int:
        frames.append({"file": str(error.filename), "line": error.lineno, "name": "<module>"})
    if len(frames) > _FRAME_LIMIT:
        frames[_FRAME_LIMIT // 2 : -_FRAME_LIMIT // 2] = []
    return frames


def _is_users(file: str) -> bool:
    return not file.startswith("<frozen") and not file.startswith(_LIBRARIES)
