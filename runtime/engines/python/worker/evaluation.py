"""One evaluation from its frame to its outcome. Runs in the main thread of a worker.

Knows the namespace and what an outcome is; not where frames come from nor how output is ordered.
"""

import builtins
import time
from contextlib import AbstractContextManager, nullcontext
from types import CodeType, ModuleType
from typing import Any, Callable

from hindsight_worker import errors, sources, values
from hindsight_worker.event_loop import EventLoop
from hindsight_worker.identity import identity
from hindsight_worker.interrupts import interrupts
from hindsight_worker.program import Program, compile_program
from hindsight_worker.summary import summarize

_VALUE_LIMIT = 10_000
_ERROR_SECONDS = 10.0
_COROUTINE = 0x80  # inspect.CO_COROUTINE

Frame = dict[str, Any]


class Evaluator:
    """Evaluates in one namespace, that of a `__main__` of its own."""

    def __init__(self, main: ModuleType, loop: EventLoop, at_end: Callable[[], None]) -> None:
        """`at_end` runs as user code after each program, before its value is represented."""
        self.namespace: dict[str, Any] = vars(main)
        self._loop = loop
        self._at_end = at_end
        self._flags = 0
        self._program: Program | None = None
        self._raised: BaseException | None = None
        self._around: AbstractContextManager[object] = nullcontext()

    def evaluate(
        self, frame: Frame, on_started: Callable[[], None], around: AbstractContextManager[object] | None = None
    ) -> Frame:
        """Runs the code of an `eval` frame; `on_started` is called once an interrupt would stop it.

        Args:
            around: Entered right before the user's code runs, and left right after.

        Returns:
            The fields of its outcome, without `id` and `generation`. Never raises what user code raises.
        """
        began = time.perf_counter()
        self._program = self._raised = None
        self._around = around or nullcontext()
        try:
            try:
                interrupts.allowed = True
                on_started()
                outcome = self._result(frame)
            except BaseException:
                self._show_what_is_left()
                raise
            finally:
                interrupts.allowed = False
        except BaseException as error:
            interrupts.allowed = False
            self._raised = error
            outcome = self._error(error) if identity.is_ours else self._leave(error)
        return {**outcome, "execution_time": time.perf_counter() - began}

    def take_error(self) -> BaseException | None:
        """What the last evaluation raised, once."""
        error, self._raised = self._raised, None
        return error

    def _show_what_is_left(self) -> None:
        """What the program has drawn before it failed; that this fails as well is not worth a word."""
        try:
            self._at_end()
        except BaseException:
            return

    def _result(self, frame: Frame) -> Frame:
        value = self._run(frame)
        self._at_end()
        if value is None:
            return {"kind": "result"}
        if not frame.get("silent"):
            _remember_value(value)
        text = values.represent(value)
        data, metadata = values.bundle(value)
        rich = {"data": data} if data else {}
        noted = {"metadata": metadata} if metadata else {}
        summary = summarize(value, text)
        return {"kind": "result", "value": text[:_VALUE_LIMIT], "repr": text, "summary": summary, **rich, **noted}

    def _run(self, frame: Frame) -> Any:
        code: str = frame["code"]
        line = frame.get("line") or 1
        file = frame.get("file") or _cell_name(frame)
        sources.remember(file, line, code)
        program = self._program = self._compile(code, file, line)
        self._flags = program.flags
        with self._around:
            if program.body is not None:
                self._execute(program.body)
            return None if program.expression is None else self._execute(program.expression)

    def _compile(self, code: str, file: str, line: int) -> Program:
        try:
            return compile_program(code, file, line, self._flags)
        except SyntaxError:
            # Only what is no Python can be a magic.
            from hindsight_worker import magics

            rewritten = magics.rewrite(code, self.namespace)
            if rewritten is None:
                raise
        return compile_program(rewritten, file, line, self._flags)

    def _execute(self, code: CodeType) -> Any:
        value = eval(code, self.namespace)
        return self._loop.run(value) if code.co_flags & _COROUTINE else value

    def _error(self, error: BaseException) -> Frame:
        described = errors.describe_error(error, self._codes(), _ERROR_SECONDS)
        return {"kind": "error", "interrupted": isinstance(error, KeyboardInterrupt), **described}

    def _leave(self, error: BaseException) -> Frame:
        """In a child that user code forked: what is printed of `error` has none of our frames."""
        errors.strip_quietly(error, self._codes())
        return {}

    def _codes(self) -> tuple[CodeType | None, ...]:
        program = self._program
        return () if program is None else (program.body, program.expression)


def _cell_name(frame: Frame) -> str:
    kind = "silent" if frame.get("silent") else "cell"
    return f"<{kind} {frame.get('execution_count', 0)}>"


def _remember_value(value: Any) -> None:
    """`_` and `__` are builtins, so that a program's own variables of these names hide them."""
    if value is not getattr(builtins, "_", None):
        builtins.__ = getattr(builtins, "_", None)  # type: ignore[attr-defined]
    builtins._ = value  # type: ignore[attr-defined]
