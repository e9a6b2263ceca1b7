"""Runs what a person types in the console where the program itself stands: what it changes stays.

It runs in the process of the program. Knows frames; which process that is, and what follows, is not its business.
"""

import contextlib
import io
from types import FrameType
from typing import Any

from hindsight_worker.debugging import assigning, evaluating, scopes
from hindsight_worker.debugging.exceptions import message_of, type_name
from hindsight_worker.debugging.places import Stack

Told = dict[str, Any]


def execute(request: Told, frame: FrameType | None, stack: Stack) -> Told:
    """Evaluates `expression`, or runs it where it is statements.

    A name that it binds is the frame's variable of this name, else a global: a running function gets no new variables.

    Returns:
        `variable`, and `output` where it printed something.

    Raises:
        Failed: It raised, or the program does not stand in this frame.
    """
    target = scopes.frame_at(frame, int(request.get("frame") or 0), stack.is_mine)
    if target is None:
        raise evaluating.Failed("the program does not stand in this frame")
    text = str(request["expression"])
    names = target.f_globals if target.f_locals is target.f_globals else scopes.merged(target)
    before = dict(names)
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            value = evaluating.value_of(text, names, statements=True)
    except Exception as error:
        raise evaluating.Failed(f"{type_name(error)}: {message_of(error)}") from error
    finally:
        if names is not target.f_globals:
            _bind(target, before, names)
    told = evaluating.described(value, text, hexadecimal=bool(request.get("hex")), is_whole=True)
    printed = output.getvalue()
    return {"variable": told, **({"output": printed} if printed else {})}


def _bind(frame: FrameType, before: dict[str, Any], after: dict[str, Any]) -> None:
    for name, value in after.items():
        if name != "__builtins__" and (name not in before or before[name] is not value):
            assigning.set_variable(frame, name, value, None)
