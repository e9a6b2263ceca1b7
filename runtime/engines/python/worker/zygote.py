"""The process that forks workers and analysts, and reports how each of them ended. Runs no user code.

It waits on its link and on a pipe that SIGCHLD writes to: there is no polling.
"""

import gc
import os
import select
import signal
from typing import Any

from hindsight_worker import forking, roles, worker
from hindsight_worker.link import Link

Frame = dict[str, Any]

# How a child ended that could not be made: no memory, too many processes, no folder for its FIFOs.
_NOT_FORKED = {"code": 1, "signal": None}


def serve(link: Link, start: "roles.Start") -> None:
    """Forks on request until the link closes, then kills everything that it forked."""
    Zygote(link, start).serve()


class Zygote:
    """Children by pid; every one of them is in a process group of its own."""

    def __init__(self, link: Link, start: "roles.Start") -> None:
        self._link = link
        self._start = start
        self._children: dict[int, str] = {}
        self._wake_read, self._wake_write = os.pipe()

    def serve(self) -> None:
        """Runs until the link closes or SIGTERM comes."""
        forking.adopt_orphans()
        self._listen_to_signals()
        gc.collect()
        gc.freeze()
        try:
            self._loop()
        except (EOFError, OSError):
            pass
        finally:
            for pid in {*self._children, *_thawed_children()}:
                _kill_group(pid)
            # Reaped here: whoever inherits them might not do it.
            for pid in self._children:
                os.waitpid(pid, 0)

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, _ignore)
        signal.signal(signal.SIGTERM, _end)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)

    def _loop(self) -> None:
        poller = select.poll()
        poller.register(self._link.fileno(), select.POLLIN)
        poller.register(self._wake_read, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poller.poll()}
            if self._wake_read in ready:
                _empty(self._wake_read)
                self._reap()
            if self._link.fileno() in ready:
                self._handle(self._link.receive())
                while self._link.pending:
                    self._handle(self._link.receive())

    def _handle(self, frame: Frame) -> None:
        if frame.get("type") != "fork":
            return
        identity = str(frame["id"])
        try:
            for path in (frame.get("stdout"), frame.get("stderr")):
                if path and path != os.devnull:
                    os.mkfifo(path, 0o600)
            parent = os.getpid()
            # With Python's own hooks, unlike all other forks: each session is to have its own random stream.
            pid = os.fork()
        except OSError:
            self._link.send({"type": "exited", "id": identity, "pid": os.getpid(), **_NOT_FORKED})
            return
        if pid == 0:
            forking.run_and_exit(lambda: self._become(frame, parent))
        self._children[pid] = identity
        self._link.send({"type": "forked", "id": identity, "pid": pid})

    def _become(self, frame: Frame, parent: int) -> None:
        """The rest of a child's life."""
        os.setsid()
        forking.die_with_parent(parent)
        self._forget_zygote()
        for descriptor, path in ((1, frame.get("stdout")), (2, frame.get("stderr"))):
            _put_on(descriptor, path or os.devnull)
        start = self._start._replace(id=str(frame["id"]), role=frame["role"])
        if start.role == "analyst":
            roles.run_analyst(start)
        else:
            worker.run(start)

    def _forget_zygote(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._link.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            # Without an id: one that we inherited, such as a thawed worker, or a child of user code.
            identity = self._children.pop(pid, "")
            if identity:
                _kill_group(pid)
            self._link.send({"type": "exited", "id": identity, "pid": pid, **_how_it_ended(status)})


def _how_it_ended(status: int) -> dict[str, int | None]:
    code = os.waitstatus_to_exitcode(status)
    return {"code": code, "signal": None} if code >= 0 else {"code": None, "signal": -code}


def _thawed_children() -> list[int]:
    """Workers that were thawed: they became ours without our doing, and what they started is to end with them.

    Other orphans of sessions have become other programs, and are left alone as ever.
    """
    found = []
    try:
        with open("/proc/self/cmdline", "rb") as file:
            ours = file.read()
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            children = [int(pid) for pid in file.read().split()]
    except OSError:
        return []
    for pid in children:
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if file.read() == ours and os.getpgid(pid) == pid:
                    found.append(pid)
        except OSError:
            continue
    return found


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _put_on(descriptor: int, path: str) -> None:
    opened = os.open(path, os.O_WRONLY)
    if opened != descriptor:
        os.dup2(opened, descriptor, inheritable=True)
        os.close(opened)


def _empty(descriptor: int) -> None:
    try:
        while os.read(descriptor, 4096):
            pass
    except BlockingIOError:
        return


def _ignore(*_: object) -> None:
    """SIGCHLD needs a handler, or it would not wake the poll."""


def _end(*_: object) -> None:
    raise EOFError("SIGTERM")
