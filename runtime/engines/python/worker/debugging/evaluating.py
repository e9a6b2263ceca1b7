"""Evaluates an expression in a frame, in a throw-away fork: real objects, and nothing of it stays. While other threads run
there can be no fork, and it is evaluated where it stands, as other debuggers do.

What it prints is brought back; one that takes too long is given up. Knows frames; the fork is `throwaway`'s.
"""

import _thread
import contextlib
import io
import json
import os
import select
import sys
import time
from types import FrameType
from typing import Any, Callable

from hindsight_worker.deadline import DeadlinePassed, within
from hindsight_worker.debugging import scopes
from hindsight_worker.debugging.exceptions import message_of, type_name
from hindsight_worker.look import contents
from hindsight_worker.look.contents import Child
from hindsight_worker.look.throwaway import Fork, write_all
from hindsight_worker.look.variables import describe_all

Told = dict[str, Any]

_SECONDS = {"hover": 2.0, "watch": 5.0}
_MOST_SECONDS = 60.0
_MOST_OUTPUT = 100_000
_MOST_CHILDREN = 10_000


class Failed(Exception):
    """The expression raised, or took too long."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = "expression-failed"


def evaluate(request: Told, frame: FrameType) -> Told:
    """Evaluates `expression`; with the context `repl` it may be statements, too.

    Returns:
        `variable`, and `output` where it printed something.

    Raises:
        Failed: It raised, or took too long.
    """
    text, context = str(request["expression"]), request.get("context")

    def question() -> Told:
        value = _value(text, frame, statements=context == "repl")
        told = described(value, text, hexadecimal=bool(request.get("hex")), is_whole=context == "repl")
        if context == "clipboard":
            told["value"] = whole(value)
        return {"variable": told}

    return _in_fork(question, _SECONDS.get(str(context), _MOST_SECONDS))


def children(expression: str, path: list[Any], page: Told, frame: FrameType) -> Told:
    """What the value of an expression holds, at a path of indices below it: `variables` and `total`.

    Raises:
        Failed: As `evaluate`.
    """

    def question() -> Told:
        return _children(_value(expression, frame), expression, [index for index in path if type(index) is int], page)

    return _in_fork(question, _MOST_SECONDS)


def named(namespace: dict[str, Any], path: list[Any], page: Told) -> Told:
    """What a variable holds, at a path: its name, then indices. Runs none of the user's code here."""
    name = str(path[0])
    return _children(namespace.get(name), name, path[1:], page, prefix=[name])


def memory(request: Told, frame: FrameType) -> Told:
    """Bytes of a `bytes`, a `bytearray`, a `memoryview` or an array that an expression gives: `data`, in hexadecimal, and `total`."""
    start, count = int(request.get("start") or 0), int(request.get("count") or 0)

    def question() -> Told:
        view = memoryview(_value(str(request["expression"]), frame)).cast("B")
        return {"data": view[start : start + count].hex(), "total": len(view)}

    return _in_fork(question, _MOST_SECONDS)


def _children(value: Any, expression: str, indices: list[int], page: Told, prefix: list[Any] | None = None) -> Told:
    """`contents` gives each child an index; its name says how it is reached."""
    path: list[Any] = list(prefix or [])
    for index in indices:
        found = contents.children(value, index, index + 1)
        if not found:
            raise Failed("the path leads nowhere")
        expression = _below(expression, value, found[0].name, index)
        value = found[0].value
        path.append(index)
    total = contents.count(value)
    start = int(page.get("start") or 0)
    stop = min(total, start + int(page.get("count") or _MOST_CHILDREN))
    found = contents.children(value, start, stop)
    told = describe_all(found, [[*path, start + i] for i in range(len(found))])
    for i, one in enumerate(told):
        name = _below(expression, value, one["name"], start + i)
        if name:
            one["evaluateName"] = name
    return {"variables": told, "total": total}


def _below(expression: str, owner: Any, name: str, index: int) -> str:
    """An expression for a child; empty where there is none."""
    if not expression:
        return ""
    base = expression if expression.replace(".", "_").isidentifier() or expression.endswith("]") else f"({expression})"
    if isinstance(owner, dict) and index < len(owner):
        return f"{base}[{name}]" if _is_literal(name) else ""
    if name.startswith("["):
        return "" if isinstance(owner, (set, frozenset)) else f"{base}{name}"
    return f"{base}.{name}" if name.isidentifier() else ""


def _is_literal(text: str) -> bool:
    import ast

    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return "…" not in text


def _value(text: str, frame: FrameType, *, statements: bool = False) -> Any:
    return value_of(text, scopes.merged(frame), dict(frame.f_locals), statements=statements)


def value_of(text: str, names: Told, own: Told | None = None, *, statements: bool = False) -> Any:
    """The value of an expression where these names are known; None of statements, where they are taken.

    Args:
        names: All of them, also for functions and comprehensions within the expression.
        own: Those that `locals()` answers in an expression; `names` where it is left out.
    """
    try:
        return eval(compile(text.strip(), "<expression>", "eval"), names, own)
    except SyntaxError:
        if not statements:
            raise
    exec(compile(text, "<expression>", "exec"), names)
    return None


def described(value: Any, name: str, *, hexadecimal: bool, is_whole: bool = False) -> Told:
    """A variable of the protocol, which `name` gives; `is_whole`: its value is not cut."""
    told: Told = describe_all([Child(name, value)], [[]])[0]
    told["evaluateName"] = name
    if hexadecimal and type(value) is int:
        told["value"] = hex(value)
    elif is_whole:
        told["value"] = repr(value)
    return told


def whole(value: Any) -> str:
    """All of it as text; a text as it is."""
    return value if isinstance(value, str) else repr(value)


def _in_fork(question: Callable[[], Told], seconds: float) -> Told:
    if _thread._count() > 0:  # type: ignore[attr-defined]
        return _here(question, seconds)

    def body(writer: int) -> None:
        sys.stdout = sys.stderr = output = io.StringIO()
        try:
            told = question()
        except BaseException as error:
            told = {"failed": f"{type_name(error)}: {message_of(error)}"}
        printed = output.getvalue()[:_MOST_OUTPUT]
        write_all(writer, json.dumps({**told, **({"output": printed} if printed else {})}).encode())

    fork = Fork(body, seconds)
    try:
        received = _read(fork, time.monotonic() + seconds)
    finally:
        fork.end()
    if received is None:
        raise Failed(f"it was given up after {seconds:g} s")
    if not received:
        raise Failed("it ended the process that evaluated it")
    told: Told = json.loads(received)
    if "failed" in told:
        raise Failed(told["failed"])
    return told


def _here(question: Callable[[], Told], seconds: float) -> Told:
    """In this very process: a copy of one with several threads would lack the others, and wait for ever for what they hold."""
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            told = within(seconds, question)
    except DeadlinePassed:
        raise Failed(f"it was given up after {seconds:g} s") from None
    except (Exception, SystemExit) as error:
        raise Failed(f"{type_name(error)}: {message_of(error)}") from error
    printed = output.getvalue()[:_MOST_OUTPUT]
    return {**told, **({"output": printed} if printed else {})}


def _read(fork: Fork, deadline: float) -> bytes | None:
    poller = select.poll()
    poller.register(fork.reader, select.POLLIN)
    received = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            return None
        chunk = os.read(fork.reader, 1 << 20)
        if not chunk:
            return received
        received += chunk
