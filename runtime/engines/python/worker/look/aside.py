"""Looks that take long or run any code at all: each in a throw-away copy of the shadow, while the shadow goes on.

A copy says what it has to say as lines of JSON: `{"progress": {…}}` any number of times, then `{"answer": {…}}` or
`{"error": "…"}`. Knows how copies are started, awaited and ended, and not what they do.
"""

from __future__ import annotations

import json
import select
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from .throwaway import Fork, write_all

Frame = dict[str, Any]
#: What a copy is asked: gives the fields of the answer; its argument tells of progress.
Question = Callable[[Callable[[Mapping[str, Any]], None]], "dict[str, Any] | None"]
_MOST_BYTES: Final = 64_000_000


class Refused(Exception):
    """What failed in a copy, in words that are the whole error."""


class Asides:
    """The copies that are at work for one shadow."""

    def __init__(self, link: Any) -> None:
        self._link = link
        self._running: dict[str, _Running] = {}

    def begin(
        self,
        request: Mapping[str, Any],
        question: Question,
        seconds: float | None,
        lost: Callable[[], dict[str, Any]] | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask a question in a copy of its own; its answer is sent when it is there.

        Args:
            request: The `look` frame.
            question: Runs in the copy.
            seconds: After which it is killed. None: never, short of `cancel`.
            lost: Gives the answer here, where the copy has ended without one; None: that is an error.
            close: Called when the copy is no more.
        """
        asked: str = request["id"]
        try:
            fork = Fork(lambda writer: _work(writer, question), seconds, free=True)
        except OSError as error:
            close()
            self._send(asked, {"error": f"no process could be made: {error}"})
            return
        deadline = None if seconds is None else time.monotonic() + seconds
        self._running[asked] = _Running(asked, fork, deadline, lost, close)

    def cancel(self, asked: str) -> None:
        """Kill a copy; the answer says that it was cancelled. One that has ended is none."""
        running = self._running.get(asked)
        if running is not None:
            self._finish(running, {"error": "cancelled"})

    def wait(self) -> bool:
        """Wait for a frame on the link, and send what copies have to say meanwhile; true when there is a frame."""
        while self._running:
            if getattr(self._link, "pending", False):
                return True
            poller = select.poll()
            poller.register(self._link.fileno(), select.POLLIN)
            readers = {running.fork.reader: running for running in self._running.values()}
            for reader in readers:
                poller.register(reader, select.POLLIN)
            ready = {descriptor for descriptor, _ in poller.poll(self._milliseconds())}
            for reader in ready & readers.keys():
                self._read(readers[reader])
            self._end_late()
            if self._link.fileno() in ready:
                return True
        return True

    def close(self) -> None:
        """Kill all copies."""
        for running in self._running.values():
            running.end()
        self._running.clear()

    def _milliseconds(self) -> float | None:
        deadlines = [each.deadline for each in self._running.values() if each.deadline is not None]
        return max(0.0, min(deadlines) - time.monotonic()) * 1000 if deadlines else None

    def _read(self, running: _Running) -> None:
        chunk = running.fork.read()
        running.received += chunk
        *lines, rest = running.received.split(b"\n") if b"\n" in chunk else [running.received]
        running.received = bytearray(rest) if lines else rest
        for line in lines:
            if not self._say(running, line):
                return
        if not chunk:
            lost = {"error": "the process that looked has ended"} if running.lost is None else {"answer": running.lost()}
            self._finish(running, lost)
        elif len(rest) > _MOST_BYTES:
            self._finish(running, {"error": "the answer is too long"})

    def _say(self, running: _Running, line: bytes) -> bool:
        """Send what a line says; false when it was the last one."""
        told = json.loads(line)
        if "progress" in told:
            self._link.send({"type": "progress", "id": running.asked, **told["progress"]})
            return True
        self._finish(running, told)
        return False

    def _end_late(self) -> None:
        now = time.monotonic()
        for running in [each for each in self._running.values() if each.deadline is not None and each.deadline < now]:
            self._finish(running, {"error": "it took too long"})

    def _finish(self, running: _Running, told: Mapping[str, Any]) -> None:
        self._running.pop(running.asked, None)
        running.end()
        self._send(running.asked, told)

    def _send(self, asked: str, told: Mapping[str, Any]) -> None:
        frame: Frame = {"type": "answer", "id": asked}
        if "error" in told:
            self._link.send({**frame, "ok": False, "error": told["error"]})
        elif told.get("answer") is None:
            self._link.send({**frame, "ok": True, "found": False})
        else:
            fields = json.dumps(told["answer"], separators=(",", ":"))
            self._link.send({**frame, "ok": True, "found": True, "fields": fields})


class _Running:
    """A copy at work."""

    def __init__(
        self,
        asked: str,
        fork: Fork,
        deadline: float | None,
        lost: Callable[[], dict[str, Any]] | None,
        close: Callable[[], None],
    ) -> None:
        self.asked = asked
        self.fork = fork
        self.deadline = deadline
        self.lost = lost
        self.received = bytearray()
        self._close = close

    def end(self) -> None:
        """Kill it and let go of what it used."""
        self.fork.end()
        self._close()


def _work(writer: int, question: Question) -> None:
    def say(told: Mapping[str, Any]) -> None:
        write_all(writer, json.dumps(told, allow_nan=False).encode() + b"\n")

    try:
        say({"answer": question(lambda progress: say({"progress": progress}))})
    except Refused as refusal:
        say({"error": str(refusal)})
    except Exception as error:  # noqa: BLE001 - whatever failed is the answer
        say({"error": f"{type(error).__name__}: {error}"})
