"""A small runtime for tests of the worker: real processes, a real socket, real FIFOs, one thread.

Everything that arrives, frames and output alike, goes into one list in the order in which the runtime
would see it. Does not know what the frames mean, save that `sync` is answered and a burst is nudged.
"""

import os
import json
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "dist" / "python" / "vendor"
BUILT = ROOT / "dist" / "python"
PACKAGE = ROOT / "runtime" / "engines" / "python" / "worker"
LIMIT_SECONDS = 30.0

sys.path.insert(0, str(VENDOR))
import msgpack  # noqa: E402

Frame = dict[str, Any]
Item = tuple[str, Any]


class Peer:
    """One link, from the runtime's side."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.hello: Frame = {}
        self.closed = False
        self.answers: list[tuple[int, int]] = []
        self._bytes = b""

    def send(self, kind: str, /, **fields: Any) -> None:
        body = msgpack.packb({"type": kind, **fields})
        self.sock.sendall(len(body).to_bytes(4, "big") + body)

    def frames(self) -> list[Frame]:
        """What has arrived since the last call."""
        try:
            chunk = self.sock.recv(1 << 20)
        except ConnectionError:
            chunk = b""
        self.closed = not chunk
        self._bytes += chunk
        frames: list[Frame] = []
        if self.hello.get("role") == "frozen":
            self._take_answers()
            return frames
        while len(self._bytes) >= 4:
            end = 4 + int.from_bytes(self._bytes[:4], "big")
            if len(self._bytes) < end:
                break
            frames.append(msgpack.unpackb(self._bytes[4:end]))
            self._bytes = self._bytes[end:]
        return frames

    def _take_answers(self) -> None:
        """What a frozen process says after its hello: pid and errno, for each thaw."""
        while len(self._bytes) >= 8:
            self.answers.append(struct.unpack("<ii", self._bytes[:8]))
            self._bytes = self._bytes[8:]


class Session(NamedTuple):
    """One worker, and what it writes to."""

    worker: Peer
    pid: int
    fifos: dict[str, int]



class Runtime:
    """Listens, starts a zygote (or a worker without fork), and records what arrives.

    `items` holds `("stdout", text)`, `("stderr", text)` and `(frame type, frame)` of the session's worker,
    in order; `control` the frames of the zygote; `shadows` and `frozen` those links, newest last.
    """

    def __init__(
        self,
        fork: bool = True,
        env: dict[str, str] | None = None,
        cwd: str | None = None,
        snapshots: str = "never",
    ) -> None:
        """`snapshots` is the policy by which states are taken."""
        self.folder = tempfile.mkdtemp(prefix="hindsight-test-")
        os.symlink(PACKAGE, os.path.join(self.folder, "hindsight_worker"))
        for built in BUILT.glob("*.so"):
            os.symlink(built, os.path.join(self.folder, built.name))
        self.items: list[Item] = []
        self.control: list[Frame] = []
        self.shadows: list[Peer] = []
        self.frozen: list[Peer] = []
        self.snapshots = snapshots
        self.peers: dict[str, Peer] = {}
        self.fork = fork
        self.pid = 0
        self.bursting = False
        self._nudged = 0.0
        self.answer_syncs = True
        self._selector = selectors.DefaultSelector()
        self._next = 0
        path = os.path.join(self.folder, "link")
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(path)
        self._server.listen()
        self._selector.register(self._server, selectors.EVENT_READ, self._accept)
        self._address = {"path": path}
        role = "zygote" if fork else "worker"
        self.process = self._spawn(role, role, env, cwd)
        self.zygote = self._await_peer(role)
        if fork:
            self.fork_worker("worker", cwd)
        else:
            self.pid = self.process.pid
            self._configure("worker", cwd)

    # What a test says.

    def start(self, code: str, **fields: Any) -> str:
        """Sends an evaluation; returns its id."""
        self._next += 1
        identity = f"e{self._next:05}"
        fields = {"execution_count": self._next, "silent": False, **fields}
        self.worker.send("eval", id=identity, code=code, **fields)
        return identity

    def eval(self, code: str, **fields: Any) -> Frame:
        """Evaluates and returns the outcome; `since()` then holds what came before it."""
        self.items.clear()
        self.start(code, **fields)
        return self.wait("outcome")

    def wait(self, kind: str, seconds: float = LIMIT_SECONDS) -> Frame:
        """The next frame of the worker of this type among `items`, counted from the first."""
        return self.until(lambda: next((item for name, item in self.items if name == kind), None), seconds)

    def until(self, condition: Callable[[], Any], seconds: float = LIMIT_SECONDS) -> Any:
        """Handles what arrives until `condition` gives something true, and returns that."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f"nothing came within {seconds} s; so far: {self.items[-20:]} {self.control}")
            self.pump(0.02)
        return found

    def pump(self, seconds: float) -> None:
        """Handles what arrives within `seconds`, at most one round."""
        for key, _ in self._selector.select(seconds):
            key.data()
        if self.bursting and time.monotonic() - self._nudged >= 0.02:
            self._nudged = time.monotonic()
            os.kill(self.pid, signal.SIGURG)

    def output(self, stream: str = "stdout") -> str:
        """All text of a stream since the last `eval`."""
        return "".join(text for name, text in self.items if name == stream)

    def order(self) -> list[Item]:
        """Output and displays in order, neighbouring output of a stream joined."""
        joined: list[Item] = []
        for name, item in self.items:
            if name in ("stdout", "stderr"):
                if joined and joined[-1][0] == name:
                    item = joined.pop()[1] + item
                joined.append((name, item))
            elif name == "display":
                joined.append((name, item["data"].get("text/plain")))
        return joined

    def interrupt(self) -> None:
        os.killpg(self.pid, signal.SIGINT)

    def look(self, peer: Peer, kind: str, **fields: Any) -> Frame:
        """Asks a shadow, or a worker without fork, and returns its answer."""
        self._next += 1
        identity = f"l{self._next}"
        peer.send("look", id=identity, kind=kind, **fields)
        answer = self.until(lambda: next((f for n, f in self.items if n == "answer" and f["id"] == identity), None))
        return {**answer, "fields": json.loads(answer["fields"])} if "fields" in answer else answer

    def fresh_shadow(self, generation: int) -> Peer:
        """A shadow of the present state, which is that of `generation`."""
        frozen = self.freeze()
        assert frozen.hello["generation"] == generation, frozen.hello
        return self.thaw_shadow(frozen)

    def fresh_frozen(self, generation: int) -> Peer:
        """The newest frozen process of `generation`, once it has said hello."""
        return self.until(
            lambda: next((f for f in reversed(self.frozen) if f.hello["generation"] == generation and not f.closed), None)
        )

    def freeze(self, **fields: Any) -> Peer:
        """Has the worker take its state; the frozen process that has it."""
        self._next += 1
        number = self._next
        self.worker.send("freeze", n=number, **fields)
        answer = self.until(lambda: next((f for n, f in self.items if n == "frozen" and f["n"] == number), None))
        assert answer["id"], answer
        return self.until(lambda: next((f for f in self.frozen if f.hello["id"] == answer["id"]), None))

    def thaw(self, frozen: Peer) -> Session:
        """A worker that goes on from the state that `frozen` has; it is `worker` from then on."""
        self._next += 1
        identity = f"w{self._next:05}"  # As long as the name of the first: what a name takes is memory, too.
        paths = {name: os.path.join(self.folder, f"{identity}-{name}") for name in ("stdout", "stderr")}
        pid = self._send_thaw(frozen, 1, identity, paths)
        self._open_fifos(paths)
        self.worker, self.pid = self._await_peer(identity), pid
        return self.session()

    def thaw_shadow(self, frozen: Peer) -> Peer:
        """A process that answers looks at the state that `frozen` has."""
        self._next += 1
        identity = f"shadow-{self._next:05}"
        pid = self._send_thaw(frozen, 2, identity, {})
        shadow = self.until(lambda: next((s for s in self.shadows if s.hello["id"] == identity), None))
        shadow.hello["pid"] = pid
        return shadow

    def session(self) -> Session:
        """The worker that evaluations go to now."""
        return Session(self.worker, self.pid, self.fifos)

    def use(self, session: Session) -> None:
        """Evaluations go to this worker from now on."""
        self.worker, self.pid, self.fifos = session

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
            else:
                os.close(key.fd)
        self._selector.close()
        try:
            self.process.wait(LIMIT_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            shutil.rmtree(self.folder)

    # What it does by itself.

    def _spawn(self, role: str, identity: str, env: dict[str, str] | None, cwd: str | None) -> subprocess.Popen:
        main = os.path.join(self.folder, "hindsight_worker", "__main__.py")
        process = subprocess.Popen(
            [sys.executable, main], stdin=subprocess.PIPE, env={**os.environ, **(env or {})}, cwd=cwd
        )
        line = {"address": self._address, "token": "t", "id": identity, "role": role, "fork": self.fork}
        assert process.stdin is not None
        process.stdin.write(json.dumps({**line, "vendor": str(VENDOR)}).encode() + b"\n")
        process.stdin.close()
        return process

    def _configure(self, identity: str, cwd: str | None) -> None:
        self.worker = self._await_peer(identity)
        self.worker.send("configure", snapshots=self.snapshots, **({} if cwd is None else {"cwd": cwd}))
        self.wait("configured")

    def fork_worker(self, identity: str, cwd: str | None = None) -> None:
        """Has the zygote fork a worker, which is `worker` from then on, and configures it."""
        paths = {name: os.path.join(self.folder, f"{identity}-{name}") for name in ("stdout", "stderr")}
        self.items.clear()
        self.zygote.send("fork", id=identity, role="worker", **paths)
        forked = self.until(
            lambda: next((f for f in self.control if f["type"] == "forked" and f["id"] == identity), None)
        )
        self.pid = forked["pid"]
        self._open_fifos(paths)
        self._configure(identity, cwd)

    def pause(self) -> None:
        """Stops reading output."""
        for descriptor in self.fifos.values():
            self._selector.unregister(descriptor)

    def resume(self) -> None:
        for name, descriptor in self.fifos.items():
            self._selector.register(descriptor, selectors.EVENT_READ, lambda n=name, d=descriptor: self._read(n, d))

    def _send_thaw(self, frozen: Peer, role: int, identity: str, paths: dict[str, str]) -> int:
        name = {1: "worker", 2: "shadow", 3: "cursor"}[role]
        fields = {"role": name, "id": identity, "token": "t", "pid": 0, "generation": frozen.hello["generation"]}
        body = msgpack.packb({"type": "hello", **fields, "worker": frozen.hello["worker"]})
        hello = len(body).to_bytes(4, "big") + body
        out, err = (os.fsencode(paths.get(stream, "")) for stream in ("stdout", "stderr"))
        count = len(frozen.answers)
        frozen.sock.sendall(struct.pack("<II64s256s256s1464s", role, len(hello), identity.encode(), out, err, hello))
        pid, errno = self.until(lambda: frozen.answers[count] if len(frozen.answers) > count else None)
        if not pid:
            raise OSError(errno, os.strerror(errno))
        return pid

    def _open_fifos(self, paths: dict[str, str]) -> None:
        self.fifos = {}
        for name, path in paths.items():
            descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
            self.fifos[name] = descriptor
            self._selector.register(descriptor, selectors.EVENT_READ, lambda n=name, d=descriptor: self._read(n, d))

    def _read(self, name: str, descriptor: int) -> None:
        text = os.read(descriptor, 1 << 20).decode("utf-8", "replace")
        self.items.append((name, text))

    def _await_peer(self, identity: str) -> Peer:
        return self.until(lambda: self.peers.get(identity) or self._check_started())

    def _check_started(self) -> None:
        if self.process.poll() is not None:
            raise AssertionError(f"the process ended with {self.process.returncode}")

    def _accept(self) -> None:
        sock, _ = self._server.accept()
        peer = Peer(sock)
        self._selector.register(sock, selectors.EVENT_READ, lambda: self._receive(peer))

    def _receive(self, peer: Peer) -> None:
        for frame in peer.frames():
            self._handle(peer, frame)
        if peer.closed:
            self._selector.unregister(peer.sock)
            peer.sock.close()

    def _handle(self, peer: Peer, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "hello":
            peer.hello = frame
            if frame["role"] == "shadow":
                self.shadows.append(peer)
            elif frame["role"] == "frozen":
                self.frozen.append(peer)
            else:
                self.peers[frame["id"]] = peer
        elif peer.hello.get("role") == "zygote":
            self.control.append(frame)
        elif kind == "sync":
            self.items.append((kind, frame))
            if self.answer_syncs:
                peer.send("sync", n=frame["n"])
        elif kind == "burst":
            self.bursting = frame["on"]
            self.items.append((kind, frame))
        elif kind == "output":
            self.items.append((frame["stream"], frame["data"].decode("utf-8", "replace")))
        else:
            self.items.append((kind, frame))
