"""A shadow's loop in a process of its own, for tests: `serve` over a socket, asked and answered frame by frame."""

import json
import os
import socket
from collections.abc import Mapping
from typing import Any

import look_support
from hindsight_worker.forking import fork
from hindsight_worker.look import asking_many, serving, throwaway


class Wire:
    """A link over a socket, a frame a line of JSON."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._lines: list[bytes] = []
        self._rest = bytearray()

    @property
    def pending(self) -> bool:
        return bool(self._lines)

    def receive(self) -> dict[str, Any]:
        while not self._lines:
            chunk = self._socket.recv(1 << 20)
            if not chunk:
                raise EOFError
            self._rest += chunk
            if b"\n" in chunk:
                *self._lines, rest = bytes(self._rest).split(b"\n")
                self._rest = bytearray(rest)
        line = self._lines.pop(0)
        frame: dict[str, Any] = json.loads(line)
        return frame

    def send(self, frame: dict[str, Any]) -> None:
        self._socket.sendall(json.dumps(frame).encode() + b"\n")

    def fileno(self) -> int:
        return self._socket.fileno()


#: The ends of the tests themselves: a later shadow must not hold those of earlier ones open.
_ours: set[socket.socket] = set()


class ShadowProcess:
    """A shadow of a namespace; `patient`: on a busy machine a `__repr__` takes as long as it takes."""

    def __init__(self, namespace: Mapping[str, Any], *, patient: bool = True) -> None:
        ours, theirs = socket.socketpair()
        _ours.add(ours)
        self.pid = fork()
        if self.pid == 0:
            try:
                for each in _ours:
                    each.close()
                if patient:
                    throwaway.DEADLINE_SECONDS = asking_many.EACH_SECONDS = asking_many.ALL_SECONDS = 60.0
                serving.serve(Wire(theirs), namespace)
            finally:
                os._exit(0)
        theirs.close()
        self._ours = ours
        self.wire = Wire(ours)
        self._last = 0

    def begin(self, kind: str, **request: Any) -> str:
        """Ask without waiting; gives the id."""
        self._last += 1
        self.wire.send({"type": "look", "id": f"l{self._last}", "kind": kind, **request})
        return f"l{self._last}"

    def receive(self) -> dict[str, Any]:
        """Give the next frame, with its fields read."""
        answer = self.wire.receive()
        return {**answer, "fields": json.loads(answer["fields"])} if "fields" in answer else answer

    def ask(self, kind: str, **request: Any) -> dict[str, Any]:
        """Ask and give the `answer` frame."""
        asked = self.begin(kind, **request)
        answer = self.receive()
        assert answer["id"] == asked, answer
        return answer

    def fields(self, kind: str, **request: Any) -> dict[str, Any]:
        """Ask and give the fields of the answer."""
        answer = self.ask(kind, **request)
        assert answer.get("found"), answer
        fields: dict[str, Any] = answer["fields"]
        return fields

    def close(self) -> None:
        """End it, and wait until it has ended."""
        _ours.discard(self._ours)
        self._ours.close()
        os.waitpid(self.pid, 0)


assert look_support
