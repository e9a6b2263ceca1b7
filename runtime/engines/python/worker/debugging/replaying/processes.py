"""Child processes: how they end is recorded. That one is started is an effect (`outside.py`), which no replay repeats.

Also who this process is: in a replay, the recorded one.
"""

import os
from typing import Any, Callable

from hindsight_worker.debugging.replaying.outlets import recorded, replace
from hindsight_worker.debugging.replaying.player import player
from hindsight_worker.debugging.replaying.references import Attributes, References

_getpid = os.getpid
_getppid = os.getppid


class _Recorded:
    """The ids of the process that was recorded."""

    pid = 0
    parent = 0


def begin() -> None:
    """This process is the one that is recorded."""
    _Recorded.pid, _Recorded.parent = _getpid(), _getppid()


def exchange(references: References) -> None:
    """Functions of `os`."""
    replace(references, "os", "wait wait3 wait4 waitid waitpid", recorded)
    replace(references, "os", "times getloadavg", recorded)
    replace(references, "os", "getpid", _id("pid"))
    replace(references, "os", "getppid", _id("parent"))
    replace(references, "os", "kill", _kill)


def exchange_attributes(attributes: Attributes) -> None:
    """None."""


def _id(which: str) -> Callable[[Any, int], Callable[..., Any]]:
    def make(original: Any, tag: int) -> Callable[..., Any]:
        def call(_home: Any) -> int:
            number: int = getattr(_Recorded, which) if player.replays else original()
            return number

        return call

    return make


def _kill(original: Any, tag: int) -> Callable[..., Any]:
    def call(_home: Any, pid: int, number: int, /) -> None:
        # Never the recorded process, which goes on by itself.
        original(_getpid() if player.replays and pid == _Recorded.pid else pid, number)

    return call
