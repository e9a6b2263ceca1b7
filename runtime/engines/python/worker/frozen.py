"""The frozen process: a copy of the worker that holds one state, waits in one `recv`, and thaws on demand.

It runs no user code and waits in C. What belongs to the world (files, sockets, loops) is `world`'s; when a state
is taken is decided in `taking.py`.

From the fork on, the worker and what is thawed later must use memory alike (see `syscalls.py`), or sets of objects
would come in another order. So what is between the fork and the end of `take` are calls with prepared arguments,
and what must compute (`_measure`) does it on both sides.

Its link to the runtime is made by the worker before the fork. On it the frozen process says its hello, a
frame as on every link: `hello {role: 'frozen', id, token, pid, python, worker, generation, warnings, took_ms}`.
All that follows is binary, so that nothing is allocated here. All numbers are 32-bit little-endian.

To the frozen process, 2048 bytes a thaw:

    offset  size
         0     4  role of the new process: 1 worker, 2 shadow, 3 cursor (docs/debugging.md)
         4     4  length of the hello below
         8    64  id of the new process, ASCII, at most 63 bytes, padded with zeros
        72   256  path of the FIFO for its fd 1, absolute, at most 255 bytes, padded with zeros (worker only)
       328   256  path of the FIFO for its fd 2, likewise
       584  1464  the hello that the new process is to say: a whole frame, its 4 bytes of length included

From the frozen process, 8 bytes for each thaw, in order:

         0     4  pid of the new process, or 0 where there is none
         4     4  errno of what failed, or 0

Both FIFOs exist (0600) when the answer comes; a worker opens them for writing, which waits for the runtime,
before its hello. Nothing is patched into the hello: its `pid` is whatever the runtime put there, the true
one is in the answer, which may come after the hello. The new process leads a session and group of its own
(pid = group). A worker takes no `configure` and says no `configured`: its loop goes on as if nothing had
been; frames that the original had received and not handled are dropped. A shadow serves looks.
The frozen process ends when its link closes. It can be ended at any time; what was thawed of it lives on.
"""

import _thread
import ctypes
import fcntl
import gc
import os
import select
import signal
import socket
import sys
import time
from typing import Any, Callable

from hindsight_worker import children, forking, quiet, roles, vendor, world
from hindsight_worker.identity import ID_BYTES, identity
from hindsight_worker.syscalls import Address, Cloner, Signals, libc, text

_WORKER, _CURSOR = 1, 3
_COMMAND_BYTES = 2048
_ID_AT, _STDOUT_AT, _STDERR_AT, _HELLO_AT = 8, 72, 328, 584
_ANSWER_BYTES = 8
_HELLO_BYTES = 1 << 14
_PID_FROM_END, _TOOK_FROM_END = 21, 8
_PR_SET_PDEATHSIG = 1
_ACTION_BYTES = 256
_FIRST_TO_GO = b"900"
# Where other threads of Python run, a copy that has not answered for so long will not.
_PATIENCE_MS = 5000
_ENDED_EARLY = "the process that was to hold the state ended before it had it"

# How `take` came to an end.
LIVE, THAWED, CURSOR, FAILED = 0, 1, 2, -1

Descriptors = list[tuple[int, int]]


class Freezer:
    """Takes states of this process. One a worker; whoever is thawed goes on with the copy of it."""

    def __init__(self, start: "roles.Start", serve_shadow: Callable[[int], None]) -> None:
        """`serve_shadow` is given the descriptor of a shadow's link; the process ends when it returns."""
        self._start = start
        self._serve_shadow = serve_shadow
        self._signals = Signals()
        self._address = Address(start.address)
        self._cloner = Cloner()
        self._single = False
        self._has_threads = False
        self._connection = self._null = self._ack_read = self._ack_write = self._link = -1
        self._silenced: Descriptors = []
        self._outputs: tuple[Descriptors, Descriptors] = ([], [])
        self._reply = b""
        self.error = ""
        self.took_ms = ctypes.c_double(0.0)
        self._pack = vendor.msgpack().Packer(unicode_errors="backslashreplace").pack
        self._prepare_buffers()
        self._prepare_calls()
        self._whole_command = _COMMAND_BYTES
        self._dry_live, self._dry_frozen = self._rehearsal(True), self._rehearsal(False)
        for _ in range(_REHEARSALS):
            self._dry_live._cross()
            self._dry_frozen._cross()
        self._dry_frozen._world_frozen = self._dry_frozen._world_thawed = _nothing

    def take(
        self, name: str, generation: int, link: int, streams: tuple[int, int], reply: bytes, *, within: bool = False
    ) -> int:
        """Makes a frozen process that has the state of this moment.

        Args:
            name: Its id.
            generation: How many evaluations this state has seen.
            link: Descriptor of this worker's link; a thawed worker's link gets the same.
            streams: Descriptors of the FIFOs for standard output and error.
            reply: A frame that this process, and no thawed one, sends when the state is taken.
            within: True where a program is in the middle of its run, stopped in a callback of its recorder: what traces or
                monitors it is silent there already, and must stay as it is.

        Returns:
            `LIVE` in this process, `THAWED` in one that goes on from the state later, perhaps much later, `CURSOR` in one that goes on
            without a way to the outside; `FAILED` in this process when there is no frozen process, `error` then says why.
        """
        self._began[0] = time.monotonic()
        warnings = world.before()
        try:
            self._open(link, streams)
        except OSError as error:
            self._close()
            self.error = f"no state was taken: {error}"
            return FAILED
        self._write_hello(name, generation, warnings)
        self._reply = reply
        self._single = self._cloner.possible
        self._has_threads = False
        restore = _nothing if within else quiet.begin()
        collecting = gc.isenabled()
        gc.disable()
        # What comes after the fork runs once without effect: what Python keeps in store for it is then there.
        self._dry_live._cross()
        self._dry_frozen._cross()
        self._signals.block()
        # Handlers of signals that came before must run now, and not in a copy.
        for _ in range(4):
            pass
        how = self._cross()
        self._signals.restore()
        if collecting:
            gc.enable()
        restore()
        return how

    def reach_out(self, stdout: str, stderr: str) -> None:
        """In a cursor that is to be a worker: opens these FIFOs, which waits for the runtime, and puts them on its descriptors.

        Raises:
            OSError: They cannot be opened.
        """
        for path, descriptors in ((stdout, self._outputs[0]), (stderr, self._outputs[1])):
            opened = os.open(path, os.O_WRONLY)
            self._put_on(opened, descriptors)
            os.close(opened)

    def _prepare_buffers(self) -> None:
        self._began = (ctypes.c_double * 1)()
        self._clock = (ctypes.c_long * 2)()
        self._pid = ctypes.c_int()
        self._byte = ctypes.create_string_buffer(1)
        self._command = (ctypes.c_ubyte * _COMMAND_BYTES)()
        self._hello_size = ctypes.c_uint32.from_buffer(self._command, 4)
        self._answer = (ctypes.c_int32 * 2)()
        self._answer_pid = ctypes.c_int32.from_buffer(self._answer)
        self._answer_errno = ctypes.c_int32.from_buffer(self._answer, 4)
        self._hello = ctypes.create_string_buffer(_HELLO_BYTES)
        self._hello_length = 0
        self._hello_start = self._pack_start()
        self._hello_pid = ctypes.c_uint32.__ctype_be__.from_buffer(self._hello)
        self._hello_took = ctypes.c_double.__ctype_be__.from_buffer(self._hello)

    def _prepare_calls(self) -> None:
        """Everything that is called after the fork is found now: finding it allocates."""
        self._read, self._write, self._send, self._receive = libc.read, libc.write, libc.send, libc.recv
        self._open_file, self._close_file, self._dup2, self._fcntl = libc.open, libc.close, libc.dup2, libc.fcntl
        self._setsid, self._getpid, self._fork, self._waitpid = libc.setsid, libc.getpid, libc.fork, libc.waitpid
        self._mkfifo, self._chmod, self._prctl = libc.mkfifo, libc.chmod, getattr(libc, "prctl", None)
        self._sigaction = libc.sigaction
        self._default_action = ctypes.byref(ctypes.create_string_buffer(_ACTION_BYTES))
        self._old_action = ctypes.byref(ctypes.create_string_buffer(_ACTION_BYTES))
        self._clock_gettime, self._exit = libc.clock_gettime, os._exit
        self._copy = libc.memcpy
        self._copy.restype = None
        self._clock_ref = ctypes.byref(self._clock)
        self._byte_ref, self._answer_ref = ctypes.byref(self._byte), ctypes.byref(self._answer)
        self._hello_ref, self._command_ref = ctypes.byref(self._hello), ctypes.byref(self._command)
        self._new_id_ref = ctypes.byref(self._command, _ID_AT)
        self._new_hello_ref = ctypes.byref(self._command, _HELLO_AT)
        self._stdout_ref = ctypes.byref(self._command, _STDOUT_AT)
        self._stderr_ref = ctypes.byref(self._command, _STDERR_AT)
        self._world_frozen, self._world_thawed = world.frozen, world.thawed
        self._refresh_pid = identity.refresh_pid
        self._id_ref = ctypes.byref(identity.id_bytes)
        self._score_path = text("/proc/self/oom_score_adj")
        self._first_to_go, self._as_before = text(_FIRST_TO_GO), text(_read_score())
        self._as_before_length = len(_read_score())

    def _rehearsal(self, live: bool) -> "Freezer":
        """A copy on which `_cross` can be called without effect, as the one side of the fork or as the other."""
        dry = Freezer.__new__(Freezer)
        dry.__dict__.update(self.__dict__)
        for name in _CALLS:
            setattr(dry, name, libc.getpagesize)  # Takes all arguments, and returns as large a number as a pid.
        dry._mkfifo = dry._chmod = libc.sched_yield
        dry._prepare_buffers()
        dry._single = True
        dry._silenced = [(-1, 1)]
        dry._outputs = ([(-1, 1)], [(-1, 1)])
        dry._address = self._address.rehearsed()
        dry._cloner = self._cloner.rehearsed(live)
        dry._reply = b"rehearsed"
        dry._command[0] = _WORKER
        dry._whole_command = libc.getpagesize()
        return dry

    def _open(self, link: int, streams: tuple[int, int]) -> None:
        """What the frozen process needs, and what in it would be in the way of the worker."""
        self._connection = self._address.connect()
        if self._connection < 0:
            raise OSError(self._cloner.errno, os.strerror(self._cloner.errno))
        self._null = os.open(os.devnull, os.O_RDWR)
        self._ack_read, self._ack_write = os.pipe()
        self._link = link
        self._outputs = _same_files(streams)
        self._silenced = [*self._outputs[0], *self._outputs[1], (link, fcntl.FD_CLOEXEC)]

    def _close(self) -> None:
        for descriptor in (self._connection, self._null, self._ack_read, self._ack_write):
            if descriptor >= 0:
                os.close(descriptor)
        self._connection = self._null = self._ack_read = self._ack_write = -1

    def _write_hello(self, name: str, generation: int, warnings: list[dict[str, Any]]) -> None:
        """The frame but for two numbers that are known later, which come last in it."""
        fields = {"id": name, "worker": identity.id, "generation": generation, "warnings": warnings}
        late = {"pid": 0xFFFFFFFF, "took_ms": 0.5}
        body = self._hello_start + self._pack({**fields, **late})[1:]
        while len(body) + 4 > _HELLO_BYTES:
            fields["warnings"] = warnings = warnings[: len(warnings) // 2]
            body = self._hello_start + self._pack({**fields, **late})[1:]
        frame = len(body).to_bytes(4, "big") + body
        ctypes.memmove(self._hello, frame, len(frame))
        self._hello_length = len(frame)
        self._hello_pid = ctypes.c_uint32.__ctype_be__.from_buffer(self._hello, len(frame) - _PID_FROM_END)
        self._hello_took = ctypes.c_double.__ctype_be__.from_buffer(self._hello, len(frame) - _TOOK_FROM_END)

    def _pack_start(self) -> bytes:
        """What is the same in each hello: a map of ten fields, the first four of them."""
        hello = roles.hello(self._start._replace(role="frozen"))
        constant = {name: hello[name] for name in ("type", "role", "token", "python")}
        return bytes([0x80 | 10]) + self._pack(constant)[1:]

    def _cross(self) -> int:
        """The fork, and what each side does of it."""
        self._pid.value = self._cloner.clone() if self._single else self._fork_with_threads()
        if self._pid.value < 0:
            self.error = f"no process could be made of it: {os.strerror(self._cloner.errno)}"
            self._close()
            return FAILED
        if self._pid.value > 0:
            return self._go_on()
        try:
            if not self._single:
                self._pid.value = self._fork()
                if self._pid.value != 0:
                    os._exit(0)
                self._sigaction(signal.SIGCHLD, self._old_action, None)
            return self._freeze()
        except BaseException:
            os._exit(1)

    def _go_on(self) -> int:
        """The worker: waits until the frozen process has its own of everything."""
        self._close_file(self._ack_write)
        if not self._single:
            if self._has_threads and not self._answers():
                # Between the note of the threads and the fork one of them may have asked for the interpreter: the
                # copy then waits for a thread that it does not have, for ever.
                os.kill(self._pid.value, signal.SIGKILL)
            self._waitpid(self._pid.value, None, 0)
            # Once more, which drops what is pending.
            self._sigaction(signal.SIGCHLD, self._default_action, None)
            self._sigaction(signal.SIGCHLD, self._old_action, None)
        taken = self._read(self._ack_read, self._byte_ref, 1) if not self._has_threads or self._answers() else 0
        self._measure()
        self._close_file(self._ack_read)
        self._close_file(self._null)
        self._close_file(self._connection)
        if taken != 1:
            self.error = _ENDED_EARLY
            return FAILED
        if self._reply:
            self._send(self._link, self._reply, len(self._reply), _NO_SIGNAL)
        return LIVE

    def _answers(self) -> bool:
        """Whether the frozen process has answered, or has ended, within the patience for it."""
        poller = select.poll()
        poller.register(self._ack_read, select.POLLIN)
        return bool(poller.poll(_PATIENCE_MS))

    def _fork_with_threads(self) -> int:
        """As `fork`, where there are other threads: the C library prepares its own, and Python, too, where it must.

        Where other threads of Python run, a copy in which Python does not know that they are gone would wait for
        them. So there Python's hooks run, and what they do to the random stream is undone.
        """
        # The process between is ours: no handler of the user's, in whichever thread, is told of its end.
        self._sigaction(signal.SIGCHLD, self._default_action, self._old_action)
        self._has_threads = _thread._count() > 0  # type: ignore[attr-defined]
        if not self._has_threads:
            pid: int = self._fork()
            return pid
        random = sys.modules.get("random")
        state = None if random is None else random.getstate()
        try:
            with children.copying():
                pid = forking.fork()
        except OSError:
            return -1
        if pid == 0 and random is not None:
            random.setstate(state)
        return pid

    def _freeze(self) -> int:
        """The frozen process, up to its first wait; the worker goes on as soon as it may."""
        self._world_frozen()
        self._measure()
        self._hello_pid.value = self._getpid()
        self._hello_took.value = self.took_ms.value
        # Before the worker goes on: where it ends at once, its group is killed.
        self._setsid()
        self._write(self._ack_write, self._byte_ref, 1)
        self._close_file(self._ack_write)
        self._close_file(self._ack_read)
        self._set_score(self._first_to_go, len(_FIRST_TO_GO))
        self._put_on(self._null, self._silenced)
        self._close_file(self._null)
        self._send(self._connection, self._hello_ref, self._hello_length, _NO_SIGNAL)
        return self._wait()

    def _wait(self) -> int:
        """Thaws on command; returns in the new workers alone."""
        while self._receive(self._connection, self._command_ref, _COMMAND_BYTES, _WHOLE) == self._whole_command:
            self._answer_errno.value = self._answer_pid.value = 0
            if self._make_fifos():
                self._answer_pid.value = self._cloner.clone()
                if self._answer_pid.value == 0:
                    if self._command[0] == _CURSOR:
                        return self._be_cursor()
                    return self._be_worker() if self._command[0] == _WORKER else self._be_shadow()
            if self._answer_pid.value <= 0:
                self._answer_errno.value = self._cloner.errno
                self._answer_pid.value = 0
            self._send(self._connection, self._answer_ref, _ANSWER_BYTES, _NO_SIGNAL)
        self._exit(0)
        return FAILED

    def _make_fifos(self) -> bool:
        """False where that fails. The mode is set apart: user code may have set any mask."""
        if self._command[0] != _WORKER:
            return True
        return (
            self._mkfifo(self._stdout_ref, 0o600) == 0
            and self._mkfifo(self._stderr_ref, 0o600) == 0
            and self._chmod(self._stdout_ref, 0o600) == 0
            and self._chmod(self._stderr_ref, 0o600) == 0
        )

    def _be_worker(self) -> int:
        """A new worker, which goes on as the original did when the state was taken."""
        self._setsid()
        if self._prctl is not None:
            self._prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        self._set_score(self._as_before, self._as_before_length)
        self._copy(self._id_ref, self._new_id_ref, ID_BYTES)
        self._refresh_pid()
        self._open_output(self._stdout_ref, self._outputs[0])
        self._open_output(self._stderr_ref, self._outputs[1])
        descriptor = self._address.connect()
        self._dup2(descriptor, self._link)
        self._fcntl(self._link, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        self._close_file(descriptor)
        self._close_file(self._connection)
        self._world_thawed()
        self._send(self._link, self._new_hello_ref, self._hello_size.value, _NO_SIGNAL)
        return THAWED

    def _be_cursor(self) -> int:
        """As a worker, but what it writes goes nowhere: the standard descriptors stay as the frozen process has them."""
        self._setsid()
        if self._prctl is not None:
            self._prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        self._copy(self._id_ref, self._new_id_ref, ID_BYTES)
        self._refresh_pid()
        descriptor = self._address.connect()
        self._dup2(descriptor, self._link)
        self._fcntl(self._link, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        self._close_file(descriptor)
        self._close_file(self._connection)
        self._world_thawed()
        self._send(self._link, self._new_hello_ref, self._hello_size.value, _NO_SIGNAL)
        return CURSOR

    def _be_shadow(self) -> int:
        self._setsid()
        self._close_file(self._connection)
        self._signals.unblock_all()
        descriptor = self._address.connect()
        self._send(descriptor, self._new_hello_ref, self._hello_size.value, _NO_SIGNAL)
        self._serve_shadow(descriptor)
        os._exit(0)

    def _measure(self) -> None:
        """What the worker has waited. On both sides, so that both have computed."""
        self._clock_gettime(time.CLOCK_MONOTONIC, self._clock_ref)
        self.took_ms.value = (self._clock[0] + self._clock[1] / 1e9 - self._began[0]) * 1000.0

    def _set_score(self, score: Any, length: int) -> None:
        descriptor = self._open_file(self._score_path, os.O_WRONLY)
        if descriptor >= 0:
            self._write(descriptor, score, length)
            self._close_file(descriptor)

    def _open_output(self, path: Any, descriptors: Descriptors) -> None:
        """Waits until the runtime has opened the other end."""
        descriptor = self._open_file(path, os.O_WRONLY)
        self._put_on(descriptor, descriptors)
        self._close_file(descriptor)

    def _put_on(self, source: int, descriptors: Descriptors) -> None:
        i = 0
        while i < len(descriptors):
            self._dup2(source, descriptors[i][0])
            if descriptors[i][1]:
                self._fcntl(descriptors[i][0], fcntl.F_SETFD, descriptors[i][1])
            i += 1


def _nothing() -> None:
    """In place of what a rehearsal must leave alone."""


def _same_files(streams: tuple[int, int]) -> tuple[Descriptors, Descriptors]:
    """All descriptors of this process on the same FIFOs, with their flags: 1 or 2 and our own copy, mostly."""
    found: dict[tuple[int, int], Descriptors] = {}
    wanted = [_file_of(stream) for stream in streams]
    for name in os.listdir("/proc/self/fd"):
        try:
            here = _file_of(int(name))
            if here in wanted:
                found.setdefault(here, []).append((int(name), fcntl.fcntl(int(name), fcntl.F_GETFD)))
        except OSError:
            continue
    return found.get(wanted[0], []), found.get(wanted[1], [])


def _file_of(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def _read_score() -> bytes:
    try:
        with open("/proc/self/oom_score_adj", "rb") as file:
            return file.read().strip()
    except OSError:
        return b"0"


# The attributes of a `Freezer` that act on this process or on others.
_CALLS = (
    *("_read", "_write", "_send", "_receive", "_open_file", "_close_file", "_dup2", "_fcntl", "_setsid", "_getpid"),
    *("_fork", "_waitpid", "_sigaction", "_mkfifo", "_chmod", "_prctl", "_clock_gettime", "_exit", "_copy"),
)
_REHEARSALS = 4
_NO_SIGNAL = int(getattr(socket, "MSG_NOSIGNAL", 0))
_WHOLE = int(socket.MSG_WAITALL)
