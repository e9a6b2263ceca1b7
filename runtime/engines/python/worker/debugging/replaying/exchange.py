"""All that is exchanged while a program is recorded, put in and taken out together. Once a process."""

import os
from typing import Any, Callable

from hindsight_worker import children
from hindsight_worker.debugging.replaying import (
    clocks,
    databases,
    descriptors,
    entropy,
    folders,
    outside,
    processes,
    sockets,
    thread_starts,
    tls,
    tracebacks,
)
from hindsight_worker.debugging.replaying.files import files
from hindsight_worker.debugging.replaying.player import OFF, player
from hindsight_worker.debugging.replaying.references import Attributes, Clones, References

# Of these the worker keeps copies without anything exchanged.
_CLONED = tuple("time os select socket subprocess random io selectors builtins tempfile uuid".split())
_PARTS: tuple[Any, ...] = (clocks, entropy, descriptors, sockets, processes, folders, databases, tls, tracebacks, thread_starts)


class Exchange:
    """Functions and methods of Python, and ours in their place."""

    def __init__(self) -> None:
        self._references = References()
        self._in_replays = References()
        self._attributes = Attributes()
        self._clones: Clones | None = None
        self._in = False

    def put_in(self) -> list[str]:
        """Ours take their place.

        Returns:
            What keeps a function where it cannot be exchanged, in words.
        """
        if self._clones is None:
            self._clones = self._prepare()
        self._clones.put_in()
        self._references.put_in()
        # Where they are is looked up now: in a replay this would leave traces in memory.
        self._in_replays.put_in()
        self._in_replays.take_out()
        for part in _PARTS:
            part.exchange_attributes(self._attributes)
        self._in = True
        return self._references.unreachable

    def put_in_for_replay(self) -> None:
        """Those that only a replay needs; it does not end before its process."""
        self._in_replays.put_in()

    def take_out(self) -> None:
        """As it was before."""
        self._in = False
        self._references.take_out()
        self._in_replays.take_out()
        self._attributes.take_out()

    def _prepare(self) -> Clones:
        # So that they are there, and seeded, before recording begins.
        import selectors  # noqa: F401
        import socket  # noqa: F401
        import subprocess  # noqa: F401
        import tempfile  # noqa: F401
        import uuid  # noqa: F401

        clones = Clones(_CLONED)
        for part in _PARTS:
            part.exchange(self._references)
        files.exchange(self._in_replays)
        os.register_at_fork(after_in_child=_leave)
        return clones


def listen(on_open: Callable[[Any, Any, Any], None], before_change: Callable[[str], None]) -> None:
    """Audit events; once a process."""
    outside.install(on_open, before_change)
    databases.keep_with(before_change)


def _leave() -> None:
    """In a child that user code has forked: it is no part of the recorded program."""
    if not children.is_copy():
        player.mode = OFF
        player.replays = False


exchange = Exchange()
