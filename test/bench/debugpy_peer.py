"""Runs one program under debugpy with one breakpoint, over DAP as an editor does, and prints what it printed: debugpy_peer.py PROGRAM LINE [CONDITION].

With `--stops` before these the program has to stop there, and is ended: so one sees that breakpoints count in this function. Else it must not
stop, and ends by itself. It knows nothing of Hindsight. The adapter is started on its standard streams.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import IO, Any

Message = dict[str, Any]


class Adapter:
    """debugpy's adapter, as a process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "debugpy.adapter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._sent = 0
        self.events: list[Message] = []

    def request(self, command: str, arguments: Message) -> int:
        """Sends a request, and returns its number."""
        self._sent += 1
        message = {"seq": self._sent, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        stream = self._pipe(self._process.stdin)
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()
        return self._sent

    def until(self, kind: str, name: str) -> Message:
        """Reads until an event or a response of this name; keeps all events.

        Raises:
            RuntimeError: A request failed, or the program stopped and that was not awaited, or it ended and a stop was awaited.
        """
        while True:
            message = self._read()
            if message["type"] == "event":
                self.events.append(message)
            if message["type"] == "response" and not message["success"]:
                raise RuntimeError(json.dumps(message))
            if message.get("event") == "stopped" and name != "stopped":
                raise RuntimeError("it stopped at a breakpoint that is never hit")
            if message.get("event") == "terminated" and name == "stopped":
                raise RuntimeError("it did not stop at a breakpoint that is hit")
            if message["type"] == kind and message.get("event", message.get("command")) == name:
                return message

    def end(self) -> None:
        """Ends the adapter."""
        self._process.kill()
        self._process.wait()

    def _read(self) -> Message:
        stream = self._pipe(self._process.stdout)
        length = 0
        while line := stream.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise RuntimeError("the adapter has ended")
        return json.loads(stream.read(length))

    @staticmethod
    def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


def main() -> None:
    stops = sys.argv[1] == "--stops"
    program, line, *condition = sys.argv[2 if stops else 1 :]
    adapter = Adapter()
    try:
        adapter.request("initialize", {"adapterID": "debugpy", "pathFormat": "path", "linesStartAt1": True})
        adapter.until("response", "initialize")
        launch = {"program": program, "console": "internalConsole", "justMyCode": True, "python": [sys.executable]}
        adapter.request("launch", {**launch, "subProcess": False})
        adapter.until("event", "initialized")
        point = {"line": int(line), **({"condition": condition[0]} if condition else {})}
        adapter.request("setBreakpoints", {"source": {"path": program}, "breakpoints": [point]})
        placed = adapter.until("response", "setBreakpoints")["body"]["breakpoints"][0]
        if not placed["verified"] or placed["line"] != int(line):
            raise RuntimeError(f"the breakpoint was not placed: {placed}")
        adapter.request("configurationDone", {})
        adapter.until("event", "stopped" if stops else "terminated")
    finally:
        adapter.end()
    print("".join(e["body"]["output"] for e in adapter.events if e["event"] == "output" and e["body"].get("category") == "stdout"))


if __name__ == "__main__":
    main()
