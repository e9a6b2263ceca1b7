"""When the program starts its first other thread, where no audit event tells it: before Python 3.12."""

import _thread
import sys
import threading
from typing import Any

from hindsight_worker.debugging.replaying.player import player
from hindsight_worker.debugging.replaying.references import Attributes, References


def exchange(references: References) -> None:
    """None: `threading` keeps the function under a name of its own, see below."""


def exchange_attributes(attributes: Attributes) -> None:
    """The ways to start one."""
    if sys.version_info < (3, 12):
        for module, name in ((_thread, "start_new_thread"), (_thread, "start_new"), (threading, "_start_new_thread")):
            attributes.set(module, name, start_new_thread)


_original = _thread.start_new_thread


def start_new_thread(*arguments: Any) -> int:
    """As `_thread.start_new_thread`."""
    player.starts_thread()
    return _original(*arguments)
