"""Runs programs under the plainest of tracers, and says what a debugger must show: reference.py SEED SAMPLES PROGRAM...

Prints one JSON object: by program, what `Reference` of test/support/reference.ts describes. Each program runs in a process of its own.
Where a line is begun is what the interpreter itself says: from 3.12 on the `LINE` events of `sys.monitoring`, before that the line
events of `sys.settrace`. The two differ in a few places (a line that is jumped back to within itself, and the line of a `with` or a
loop when it is left), which is why each is compared with its own kind. In 3.13 the interpreter tells of more lines where a generator or a
coroutine is thrown into (that of the `await`, once more) while it also tells of resumes: so it is asked for both. Knows nothing of
Hindsight.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import random
import sys
import tempfile
import threading
import types
from types import CodeType, FrameType
from typing import Any

import rendering

Told = dict[str, Any]
_GENERATOR = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class Tracer:
    """Notes every line of the files in one folder, of the main thread."""

    def __init__(self, folder: str, wanted: frozenset[int] = frozenset()) -> None:
        """`wanted` are the steps whose variables are described."""
        self.lines: list[tuple[CodeType, int, tuple[int, ...]]] = []
        self.stacks: dict[int, Told] = {}
        self._folder = folder + os.sep
        self._wanted = wanted
        self._main = threading.get_ident()
        self._serials: dict[int, int] = {}
        self._started = 0

    def begin(self) -> None:
        """From now on."""
        if sys.version_info >= (3, 12):
            self._monitor()
        else:
            sys.settrace(self._trace)

    def end(self) -> None:
        """No more."""
        if sys.version_info >= (3, 12):
            sys.monitoring.set_events(4, 0)
        else:
            sys.settrace(None)

    def _monitor(self) -> None:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined]

        def started(code: CodeType, offset: int) -> Any:
            if not self._is_mine(code):
                return monitoring.DISABLE
            self._start(sys._getframe(1))

        def line(code: CodeType, number: int) -> Any:
            if not self._is_mine(code):
                return monitoring.DISABLE
            self._line(sys._getframe(1), number)

        monitoring.use_tool_id(4, "reference")
        monitoring.register_callback(4, monitoring.events.PY_START, started)
        monitoring.register_callback(4, monitoring.events.LINE, line)
        events = monitoring.events.PY_START | monitoring.events.LINE
        for event in (monitoring.events.PY_RESUME, monitoring.events.PY_THROW, monitoring.events.JUMP):
            monitoring.register_callback(4, event, lambda *_: None)
            events |= event
        monitoring.set_events(4, events)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not self._is_mine(frame.f_code):
            return None
        if event == "call" and not _is_resumed(frame):
            self._start(frame)
        elif event == "line":
            self._line(frame, frame.f_lineno)
        return self._trace

    def _is_mine(self, code: CodeType) -> bool:
        return code.co_filename.startswith(self._folder)

    def _start(self, frame: FrameType) -> None:
        self._started += 1
        # The program and its last expression, which is run apart, are one piece to whoever steps.
        self._serials[id(frame)] = 0 if frame.f_globals.get("__name__") == "__main__" and _is_module(frame) else self._started

    def _line(self, frame: FrameType, number: int) -> None:
        if threading.get_ident() != self._main:
            return
        stack = list(self._mine(frame))
        self.lines.append((frame.f_code, number, tuple(self._serials.get(id(one), 0) for one in stack)))
        if len(self.lines) in self._wanted:
            variables = dict(frame.f_locals)
            # From 3.13 on a comprehension at the top of a module has only its own variables there.
            names = {*variables, *frame.f_globals} if frame.f_code.co_name == "<module>" else variables
            self.stacks[len(self.lines)] = {
                "stack": [[_name(one.f_code), one.f_lineno] for one in stack],
                "names": sorted(name for name in names if rendering.is_own(name)),
                "digest": rendering.digest(variables),
                "variables": rendering.render(variables),
            }

    def _mine(self, frame: FrameType | None) -> Any:
        while frame is not None:
            if self._is_mine(frame.f_code):
                yield frame
            frame = frame.f_back


def _is_module(frame: FrameType) -> bool:
    return frame.f_code.co_name == "<module>"


def _is_resumed(frame: FrameType) -> bool:
    """Of a frame that a `call` event tells of: whether it is a generator that goes on."""
    if sys.version_info >= (3, 11):
        return frame.f_code.co_code[frame.f_lasti + 1] != 0  # The argument of RESUME.
    return frame.f_lasti != -1


def _name(code: CodeType) -> str:
    return getattr(code, "co_qualname", code.co_name)


def describe(tracer: Tracer, steps: list[int]) -> list[Told]:
    """What a debugger must show at these steps, and where it must come to from there."""
    return [_describe(tracer, step) for step in steps]


def _describe(tracer: Tracer, step: int) -> Told:
    code, line, stack = tracer.lines[step - 1]
    told = {"step": step, "file": code.co_filename, "line": line, "name": _name(code), **tracer.stacks[step]}
    if code.co_flags & _GENERATOR:
        return told
    frames = [serials[0] for _, _, serials in tracer.lines]
    own, callers = set(stack), set(stack[1:])
    return {
        **told,
        "moves": {
            "step-in": step + 1 if step < len(frames) else None,
            "step-over": _after(frames, step, own),
            "step-out": _after(frames, step, callers),
            "back-in": step - 1 or None,
            "back-over": _before(frames, step, own),
            "back-out": _before(frames, step, callers),
        },
    }


def _after(frames: list[int], step: int, wanted: set[int]) -> int | None:
    return next((later for later in range(step + 1, len(frames) + 1) if frames[later - 1] in wanted), None)


def _before(frames: list[int], step: int, wanted: set[int]) -> int | None:
    return next((earlier for earlier in range(step - 1, 0, -1) if frames[earlier - 1] in wanted), None)


def run(path: str, tracer: Tracer | None) -> Told:
    """Runs a program in this process: its last expression is its value.

    Returns:
        `value` or `error`.
    """
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    sys.path.insert(0, os.path.dirname(path))
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    body = compile(tree, path, "exec", dont_inherit=True)
    expression = compile(ast.Expression(last.value), path, "eval", dont_inherit=True) if last else None
    try:
        if tracer is not None:
            tracer.begin()
        exec(body, vars(main))
        value = eval(expression, vars(main)) if expression else None
    except BaseException as error:
        return {"error": type(error).__name__}
    finally:
        if tracer is not None:
            tracer.end()
        sys.stdout.flush()
        sys.stderr.flush()
    return {"value": None if value is None else repr(value)}


def run_apart(path: str, tracer: Tracer | None, answer: Any) -> Told:
    """The same in a process of its own, with what it printed; `answer` says what else is told of the tracer."""
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            outcome = run(path, tracer)
            told.write(json.dumps({**outcome, **answer(tracer)}).encode())
            told.flush()
            os._exit(0)
        os.waitpid(pid, 0)
        for file in (told, out, err):
            file.seek(0)
        streams = {"stdout": out.read().decode("utf-8", "replace"), "stderr": err.read().decode("utf-8", "replace")}
        return {**json.loads(told.read() or b'{"error": "died"}'), **streams}


def reference(path: str, seed: str, samples: int) -> Told:
    """Runs a program bare, for what it prints and answers; then twice under the tracer: to count its lines, and to describe some."""
    bare = run_apart(path, None, lambda _: {})
    folder = os.path.dirname(path)
    if samples == 0:
        return bare
    count = run_apart(path, Tracer(folder), lambda tracer: {"lines": len(tracer.lines)})["lines"]
    chooser = random.Random(f"{seed} {os.path.basename(path)}")
    steps = chooser.sample(range(1, count + 1), min(samples, count))
    steps += [step for step in (1, count) if step not in steps]
    tracer = Tracer(folder, frozenset(steps))
    traced = run_apart(path, tracer, lambda tracer: {"lines": len(tracer.lines), "samples": describe(tracer, steps)})
    return {**traced, **bare}


def main() -> None:
    seed, samples, *paths = sys.argv[1:]
    sys.dont_write_bytecode = True
    json.dump({os.path.basename(path): reference(path, seed, int(samples)) for path in paths}, sys.stdout)


if __name__ == "__main__":
    main()
