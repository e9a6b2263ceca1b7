"""Saves in a fork of this process, which user code may hang, crash or fill; what it was at is then left out.

The fork tells line by line what it begins; the last line is its answer.
"""

from __future__ import annotations

import json
import os
import select
import signal
import time
from dataclasses import replace
from typing import Any, Final

from hindsight_worker.forking import die_with_parent, fork

from . import saving
from .context import Key
from .failures import SaveFailed

#: How often a save is begun again without the variables that ended it.
_MOST_TRIES: Final = 25
#: The fork's own limit comes first; this one is for code that no signal reaches.
_PATIENCE: Final = 3.0
#: A slow disk may take its time to make everything durable; no user code runs any more by then.
_DISK_SECONDS: Final = 600.0
_CHUNK: Final = 65_536
_PULSE_SECONDS: Final = 0.02


class _Ended(Exception):
    """The fork ended without an answer. `keys`: what it was at."""

    def __init__(self, keys: tuple[Key, ...], how: str) -> None:
        self.keys = keys
        self.how = how


def save(namespace: dict[str, Any], folder: str, options: saving.Options) -> dict[str, Any]:
    """Save in forks; see `durable.save`.

    Raises:
        SaveFailed: The state could not be written.
    """
    skip: dict[Key, str] = {}
    for _ in range(_MOST_TRIES):
        try:
            return _save_once(namespace, folder, replace(options, skip=dict(skip), throwaway=True))
        except _Ended as ended:
            if not ended.keys or all(key in skip for key in ended.keys):
                raise SaveFailed(f"The process that writes the state {ended.how}") from None
            for key in ended.keys:
                skip[key] = f"the process that wrote it {ended.how}"
    raise SaveFailed(f"{_MOST_TRIES} variables ended the process that writes the state")


def _save_once(namespace: dict[str, Any], folder: str, options: saving.Options) -> dict[str, Any]:
    reader, writer = os.pipe()
    parent = os.getpid()
    try:
        pid = fork()
    except OSError as error:
        os.close(reader)
        os.close(writer)
        raise SaveFailed(f"No process could be made to write the state: {error}") from error
    if pid == 0:
        _run_child(namespace, folder, options, writer, parent)
    os.close(writer)
    try:
        return _listen(reader, pid, options)
    finally:
        os.close(reader)


def _listen(reader: int, pid: int, options: saving.Options) -> dict[str, Any]:
    current: tuple[Key, ...] = ()
    answer: dict[str, Any] | None = None
    hung = finishing = False
    pending = bytearray()
    try:
        while True:
            patience = _DISK_SECONDS if finishing else options.deadline * _PATIENCE
            if not select.select([reader], [], [], patience)[0]:
                hung = True
                break
            chunk = os.read(reader, _CHUNK)
            if not chunk:
                break
            pending += chunk
            *lines, rest = pending.split(b"\n")
            pending = bytearray(rest)
            for line in lines:
                told = json.loads(line)
                if "start" in told:
                    current = tuple(Key(*each) for each in told["start"])
                elif "alive" in told:
                    finishing = finishing or told["alive"]
                elif "progress" in told:
                    options.progress(*told["progress"])
                else:
                    answer = told
    finally:
        if answer is None:
            _kill(pid)
        how = _wait(pid)
    if answer is None:
        raise _Ended(current, "took too long" if hung else how)
    if "failed" in answer:
        raise SaveFailed(answer["failed"])
    return answer["answer"]  # type: ignore[no-any-return]


def _run_child(namespace: dict[str, Any], folder: str, options: saving.Options, writer: int, parent: int) -> None:
    try:
        die_with_parent(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _be_quiet(writer)
        options.on_start = lambda keys: _tell(writer, {"start": keys})
        options.progress = lambda done, total: _tell(writer, {"progress": [done, total]})
        options.alive = _Pulse(writer)
        try:
            _tell(writer, {"answer": saving.save(namespace, folder, options)})
        except SaveFailed as failure:
            _tell(writer, {"failed": str(failure)})
    except BaseException as error:  # noqa: BLE001 - nothing of this copy may run on
        _tell(writer, {"failed": f"The state could not be written: {type(error).__name__}: {str(error)[:500]}"})
    finally:
        os._exit(0)


class _Pulse:
    """Says at most some times a deadline that objects are being written."""

    def __init__(self, writer: int) -> None:
        self._writer = writer
        self._last = 0.0

    def __call__(self, finishing: bool) -> None:
        now = time.monotonic()
        if finishing or now - self._last > _PULSE_SECONDS:
            self._last = now
            _tell(self._writer, {"alive": finishing})


def _be_quiet(writer: int) -> None:
    """What user code prints while its objects are taken apart goes nowhere, and it is given no input."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        if descriptor != writer:
            os.dup2(nothing, descriptor)


def _tell(writer: int, line: dict[str, Any]) -> None:
    data = memoryview(json.dumps(line).encode() + b"\n")
    while data:
        data = data[os.write(writer, data) :]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def _wait(pid: int) -> str:
    """Reaps the fork; how it ended, as the end of "the process …"."""
    try:
        _, status = os.waitpid(pid, 0)
    except OSError:
        return "ended"  # The user's code ignores SIGCHLD: the kernel has reaped it.
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return f"was ended by {signal.Signals(-code).name if -code in set(signal.Signals) else -code}"
    return f"ended itself with exit code {code}"

