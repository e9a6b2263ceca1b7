"""Answers `evaluate`: runs code in a throw-away copy of a state, with its output, and tells how it ended.

Nothing of it is left in the state; what it does outside (files, requests) is done. Knows evaluations and what they
print; starting and killing the copy is `aside`'s.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

from hindsight_worker import children, displaying, evaluation, event_loop, figures, native
from hindsight_worker.identity import identity

_MOST_BYTES: Final = 4_000_000
_NAMES: Final = ("stdout", "stderr")


class Evaluation:
    """One evaluation aside. Made in the shadow, so that the output is kept even when the copy is lost."""

    def __init__(self, namespace: Mapping[str, Any], request: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._request = request
        self._files = [_file_in_memory(name) for name in _NAMES]

    def run(self) -> dict[str, Any]:
        """Run it, in the copy.

        Returns:
            `outcome`: the fields of an `outcome` frame without `id` and `generation`; `output`: in its order,
            `[{stream, data}]`, cut to 4 MB.
        """
        identity.refresh_pid()
        output = _Output(self._files)
        gc.enable()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        shown: list[dict[str, Any]] = []
        displaying._send = shown.append
        main = ModuleType("__main__")
        evaluator = evaluation.Evaluator(main, event_loop.EventLoop(), figures.show_open_figures)
        # The namespace itself, so that functions that were defined before see what this code changes.
        evaluator.namespace = self._namespace  # type: ignore[assignment]
        outcome = evaluator.evaluate({"execution_count": 0, **self._request, "silent": True}, lambda: None)
        children.end_if_forked(evaluator.take_error())
        if shown and outcome["kind"] == "result" and "data" not in outcome:
            outcome = {**outcome, "data": shown[-1]["data"], "metadata": shown[-1]["metadata"]}
        return {"outcome": outcome, "output": output.finish()}

    def lost(self) -> dict[str, Any]:
        """What to answer where the copy has ended in the middle: by `os._exit`, or by a crash."""
        message = "the copy of the process that ran the code ended before the code did"
        outcome = {
            "kind": "error", "interrupted": False, "exception_type": "ProcessEnded", "exception_message": message,
            "traceback": [f"ProcessEnded: {message}"], "frames": [], "execution_time": 0.0,
        }  # fmt: skip
        return {"outcome": outcome, "output": _Output(self._files, take_over=False).finish()}

    def close(self) -> None:
        """Let go of the output."""
        for descriptor in self._files:
            os.close(descriptor)


class _Output:
    """What is written to fd 1 and 2, each a file in memory, put together in its order.

    Before Python's own streams write, what C code has written since is noted; so only what C code writes to both
    between two writes of Python's may be in another order.
    """

    def __init__(self, files: list[int], *, take_over: bool = True) -> None:
        self._files = files
        self._known = [0, 0]
        self._parts: list[tuple[int, int, int]] = []
        self._flush_c = native.prepare() if take_over else None
        if take_over:
            for index, descriptor in enumerate(files):
                os.dup2(descriptor, index + 1)
            sys.stdout = sys.__stdout__ = self._stream(0)  # type: ignore[misc]
            sys.stderr = sys.__stderr__ = self._stream(1)  # type: ignore[misc]

    def note(self) -> None:
        """Note what was written since the last time."""
        for index, descriptor in enumerate(self._files):
            size = os.fstat(descriptor).st_size
            if size > self._known[index]:
                self._parts.append((index, self._known[index], size))
                self._known[index] = size

    def finish(self) -> list[dict[str, str]]:
        """Give all output, neighbours of one stream put together."""
        for stream in (sys.stdout, sys.stderr) if self._flush_c else ():
            try:
                stream.flush()
            except (ValueError, OSError, AttributeError):
                pass  # The code closed it, or put something of its own there.
        if self._flush_c:
            self._flush_c()
        self.note()
        joined: list[tuple[int, int, int]] = []
        for index, start, end in self._parts:
            if joined and joined[-1][0] == index:
                joined[-1] = (index, joined[-1][1], end)
            else:
                joined.append((index, start, end))
        output, left = [], _MOST_BYTES
        for index, start, end in joined:
            data = os.pread(self._files[index], min(end - start, left), start).decode("utf-8", "replace")
            left -= min(end - start, left)
            output.append({"stream": _NAMES[index], "data": data + ("…" if not left else "")})
            if not left:
                break
        return output

    def _stream(self, index: int) -> io.TextIOWrapper:
        raw = _Raw(self, index)
        return io.TextIOWrapper(raw, "utf-8", "backslashreplace", newline="\n", write_through=True)


class _Raw(io.BufferedIOBase):
    """The binary side of `sys.stdout`: writes to the descriptor at once."""

    mode = "wb"

    def __init__(self, output: _Output, index: int) -> None:
        self.name = f"<{_NAMES[index]}>"
        self._output = output
        self._descriptor = index + 1

    def write(self, data: Any) -> int:
        self._output.note()
        view = memoryview(data).cast("B")
        size = len(view)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self._output.note()
        return size

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


def _file_in_memory(name: str) -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
