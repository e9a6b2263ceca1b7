"""A recorded program and its cursors, as the runtime sees them: what tests of the worker's debugger talk to.

Builds on `worker_driver`. Sends `debug` frames and hands answers out; where to go is the test's.
"""

import json
import os
import signal
import textwrap
from typing import Any

from worker_driver import Frame, Peer, Runtime

Told = dict[str, Any]


class Cursor:
    """A process that was thawed from a snapshot."""

    def __init__(self, runtime: "DebugRuntime", peer: Peer, pid: int) -> None:
        self._runtime = runtime
        self.peer = peer
        self.pid = pid

    def ask(self, do: str, **fields: Any) -> Told:
        """Sends `debug {do}` and returns the fields of its answer; raises AssertionError where that is an error."""
        return self._runtime.ask(self.peer, do, **fields)

    def go_to(self, **at: Any) -> Told:
        """Runs to exactly this moment."""
        return self.ask("run", goal={"kind": "at", "at": at})

    def value(self, expression: str, frame: int = 0) -> str:
        """An expression, evaluated where it stands."""
        told = self.ask("look", what="evaluate", expression=expression, frame=frame)
        text: str = told["variable"]["value"]
        return text

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def promote(self, **how: Any) -> None:
        """It is the runtime's worker from now on."""
        self._runtime.promote(self.peer, self.pid, **how)


class DebugRuntime(Runtime):
    """A worker whose evaluations are recorded."""

    def __init__(self, **options: Any) -> None:
        self.answers: dict[int, Frame] = {}
        super().__init__(**options)

    def record(self, code: str, points: Told | None = None, **record: Any) -> str:
        """Starts a recorded evaluation of `code`, dedented, as `/tmp/program.py`."""
        text = textwrap.dedent(code)
        self.items.clear()
        return self.start(text, file="/tmp/program.py", line=1, record=record, points=points or {}, trace="tr-1")

    def stopped(self) -> Told:
        """How the program stands next: `reason`, and the fields of the stop."""
        frame = self.wait("stopped")
        self.items = [item for item in self.items if item[0] != "stopped"]
        return {"reason": frame["reason"], **json.loads(frame["fields"])}

    def ask(self, peer: Peer, do: str, **fields: Any) -> Told:
        """See `Cursor.ask`."""
        n = self.send_debug(peer, do, **fields)
        answer = self.until(lambda: self.answers.get(n))
        assert answer["ok"], answer["error"]
        told: Told = json.loads(answer.get("fields") or "{}")
        return told

    def refusal(self, peer: Peer, do: str, **fields: Any) -> Told:
        """As `ask`, where it is to be refused: the error."""
        n = self.send_debug(peer, do, **fields)
        answer = self.until(lambda: self.answers.get(n))
        assert not answer["ok"], answer
        error: Told = answer["error"]
        return error

    def send_debug(self, peer: Peer, do: str, **fields: Any) -> int:
        """Sends a frame and does not wait; returns its number."""
        self._next += 1
        peer.send("debug", n=self._next, do=do, **fields)
        return self._next

    def go(self, kind: str = "continue", **goal: Any) -> None:
        """Lets the program go on."""
        self.ask(self.worker, "go", goal={"kind": kind, **goal})

    def step(self, how: str) -> Told:
        """A step of the program; how it stands then."""
        self.go("step", how=how)
        return self.stopped()

    def moments(self) -> list[Told]:
        """The snapshots so far: `id`, and what was said of each."""
        return [{"id": frame["id"], **json.loads(frame["fields"])} for name, frame in self.items if name == "moment"]

    def cursor(self, moment: str) -> Cursor:
        """A cursor of a snapshot."""
        frozen = self.until(lambda: next((peer for peer in self.frozen if peer.hello["id"] == moment), None))
        self._next += 1
        identity = f"cursor-{self._next:05}"
        pid = self._send_thaw(frozen, 3, identity, {})
        return Cursor(self, self._await_peer(identity), pid)

    def promote(self, peer: Peer, pid: int, **how: Any) -> None:
        """See `Cursor.promote`."""
        self._next += 1
        paths = {name: os.path.join(self.folder, f"branch-{self._next}-{name}") for name in ("stdout", "stderr")}
        self.ask(peer, "promote", **paths, **how)
        self._open_fifos(paths)
        self.worker, self.pid = peer, pid
        self.items.clear()

    def _handle(self, peer: Peer, frame: Frame) -> None:
        if frame["type"] == "debugged":
            self.answers[frame["n"]] = frame
        else:
            super()._handle(peer, frame)
