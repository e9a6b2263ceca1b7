"""Answers questions about a program that stands: its stack, its scopes and variables, the value of an expression.

Runs in a cursor, which is a copy: what is read changes nothing that matters, and what is evaluated runs in a throw-away
fork of it. Knows frames and the looking part of the worker.
"""

import _thread
import os
import sys
from contextlib import nullcontext, suppress
from types import FrameType
from typing import Any, Callable

from hindsight_worker.debugging import evaluating, scopes
from hindsight_worker.debugging.exceptions import Seen
from hindsight_worker.debugging.places import Stack, source_of
from hindsight_worker.look import complete, contents, throwaway
from hindsight_worker.look.contents import Child
from hindsight_worker.look.variables import describe_all, inspect

Told = dict[str, Any]
_MOST_PAGE = 10_000


class Failed(Exception):
    """It cannot be answered; `code` is one of the protocol's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def look(request: Told, frame: FrameType | None, stack: Stack, exception: Seen | None) -> Told:
    """Answers one question.

    Args:
        request: `what`, and what that needs; see `navigate`.
        frame: The innermost frame.
        stack: Tells the user's frames from others.
        exception: At which the program stands.

    Raises:
        Failed: It cannot be answered.
    """
    # A fork of what has several threads lacks them.
    with throwaway.in_this_process() if _thread._count() > 0 else nullcontext():  # type: ignore[attr-defined]
        return _look(request, frame, stack, exception)


def _look(request: Told, frame: FrameType | None, stack: Stack, exception: Seen | None) -> Told:
    what = str(request.get("what"))
    if what == "exception":
        return {} if exception is None else {"exception": exception.told()}
    if what == "sources":
        return {"sources": _sources(stack)}
    if what == "modules":
        return {"modules": _modules(stack)}
    if frame is None:
        raise Failed("not-stopped", "the program does not stand in any frame")
    if what == "stack":
        return _call_stack(request, frame, stack)
    one = scopes.frame_at(frame, int(request.get("frame") or 0), stack.is_mine)
    if one is None:
        raise Failed("invalid-request", f"there is no frame {request.get('frame')} here")
    ask = _OF_FRAMES.get(what)
    if ask is None:
        raise Failed("invalid-request", f"nothing is called {what!r}")
    return ask(request, one)


def described(name: str, value: object, path: list[str | int] | None = None) -> Told:
    """A variable of the protocol."""
    told: Told = describe_all([Child(name, value)], [path or [name]])[0]
    return told


def _call_stack(request: Told, frame: FrameType, stack: Stack) -> Told:
    frames: list[Told] = []
    one: FrameType | None = frame
    index = 0
    while one is not None:
        file = one.f_code.co_filename
        if not stack.is_ours(file):
            frames.append(_told_frame(index, one, stack))
        one, index = one.f_back, index + 1
    start = int(request.get("start") or 0)
    # What is below the program is how it was started, and none of its business.
    last = max((i for i, told in enumerate(frames) if told["mine"]), default=-1)
    frames = frames[: last + 1]
    return {"frames": frames[start : start + int(request.get("count") or _MOST_PAGE)], "total": len(frames)}


def _told_frame(index: int, frame: FrameType, stack: Stack) -> Told:
    source = source_of(frame)
    place = {"file": source["file"], "line": source["line"]}
    for ours, theirs in (("column", "column"), ("end_line", "endLine"), ("end_column", "endColumn")):
        if ours in source:
            place[theirs] = source[ours]
    module = frame.f_globals.get("__name__")
    named = {"module": module} if isinstance(module, str) else {}
    return {"id": index, "name": source["name"], "sourceLoc": place, "mine": stack.is_mine(frame.f_code), **named}


def _scopes(_request: Told, frame: FrameType) -> Told:
    told = []
    for name in scopes.names(frame):
        found = inspect(_shown(scopes.mapping(frame, name), name), {"count": 1})
        told.append({"name": name, "total": (found or {"total": 0})["total"]})
    return {"scopes": told}


def _variables(request: Told, frame: FrameType) -> Told:
    found = _listed(request, frame)
    for told in found["variables"] if request.get("hex") else ():
        if told["type"] == "int":
            with suppress(ValueError):  # One that is too long is cut.
                told["value"] = hex(int(told["value"]))
    return found


def _listed(request: Told, frame: FrameType) -> Told:
    expression, path = request.get("expression"), list(request.get("path") or ())
    page = {"start": request.get("start"), "count": request.get("count"), "filter": request.get("filter")}
    if expression:
        return evaluating.children(str(expression), path, page, frame)
    scope = str(request.get("scope") or scopes.names(frame)[0])
    if path:
        return evaluating.named(scopes.mapping(frame, scope), path, page)
    namespace = _shown(scopes.mapping(frame, scope), scope)
    found = inspect(namespace, page)
    if found is None:
        raise Failed("invalid-request", "the path leads nowhere")
    for told in found["variables"]:
        told["evaluateName"] = told["path"][0]
    return found


def _shown(mapping: dict[str, Any], scope: str) -> dict[str, Any]:
    if scope == "Globals":
        return mapping
    # `inspect` hides names that shells make; in a function all are the user's.
    return {name: value for name, value in mapping.items() if not name.startswith("__") or name.endswith("_")}


def _evaluate(request: Told, frame: FrameType) -> Told:
    return evaluating.evaluate(request, frame)


def _complete(request: Told, frame: FrameType) -> Told:
    return complete.complete(scopes.merged(frame), request) or {"completions": []}


def _read_memory(request: Told, frame: FrameType) -> Told:
    return evaluating.memory(request, frame)


def _data_info(request: Told, frame: FrameType) -> Told:
    from hindsight_worker.debugging.places import name_of

    expression = str(request.get("expression") or request.get("name") or "")
    scope = request.get("scope")
    where = "" if scope == "Globals" else name_of(frame.f_code)
    return {"dataId": f"{where}:{expression}", "description": expression if not where else f"{expression} in {where}"}


def _step_in_targets(_request: Told, frame: FrameType) -> Told:
    from hindsight_worker.debugging.targets import calls_of_line

    names = calls_of_line(frame)
    return {"targets": [{"id": index, "label": name, "line": frame.f_lineno} for index, name in enumerate(names)]}


_OF_FRAMES: dict[str, Callable[[Told, FrameType], Told]] = {
    "scopes": _scopes, "variables": _variables, "evaluate": _evaluate, "complete": _complete, "memory": _read_memory,
    "data-breakpoint-info": _data_info, "step-in-targets": _step_in_targets,
}  # fmt: skip


def _sources(stack: Stack) -> list[Told]:
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    found = {file for file in (*files, *stack.files) if isinstance(file, str) and not stack.is_ours(file)}
    return [{"file": file, "name": os.path.basename(file)} for file in sorted(found) if not file.startswith("<frozen")]


def _modules(stack: Stack) -> list[Told]:
    told = []
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or stack.is_ours(file):
            continue
        version = getattr(module, "__version__", None)
        named = {"version": version} if isinstance(version, str) else {}
        told.append({"name": name, "file": file, "mine": stack.is_mine_file(file), **named})
    return told


__all__ = ["Failed", "contents", "described", "look"]
