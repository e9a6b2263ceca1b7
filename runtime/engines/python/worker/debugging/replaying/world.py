"""Recording what comes in from outside, playing it back in a replay, and keeping a replay from acting: all parts together.

    recording                           replay                              a branch
    begin ── the program runs ── end    replay ── it runs again to a time   promote ── it runs on, for real

Each part exchanges functions of Python for its own (`clocks`, `entropy`, …), which ask the one `player` what to do. Knows no
snapshots, no cursors and no frames: when a program is recorded, and in which process it is replayed, is told.
"""

import contextlib
import os
import sys
from typing import Any, Callable, Iterator, TypeVar

from hindsight_worker import children
from hindsight_worker.debugging.replaying import clocks, entropy, outside
from hindsight_worker.debugging.replaying.log import Log, tag_of
from hindsight_worker.debugging.replaying.player import OFF, RECORD, REPLAY, player
from hindsight_worker.debugging.replaying.references import Attributes, Clones, References

T = TypeVar("T")

LOG_BYTES = 1 << 30
# Of these the worker keeps copies without anything exchanged.
_CLONED = "time os select socket subprocess random io selectors builtins tempfile uuid".split()
_PARTS: tuple[Any, ...] = (clocks, entropy)


class World:
    """What is not deterministic, and what acts outside, of one program at a time. One a worker."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self._references: References | None = None
        self._attributes = Attributes()
        self._clones: Clones | None = None
        self._wrote_bytecode = False
        self._began = False

    def begin(
        self,
        time: Callable[[], int],
        on_effect: Callable[[str, str], None],
        on_divergence: Callable[[str], None],
        log_bytes: int = LOG_BYTES,
    ) -> None:
        """Recording begins, in the main thread, while no other thread runs.

        Args:
            time: The time of the trace; is called for each entry.
            on_effect: Is told of an effect right before it happens, `(kind, target)`; kinds as in `effects.py`. Several may
                belong together, so a snapshot is best taken at the next place in the user's own code.
            on_divergence: Is told, in a sentence, that a replay cannot go on truthfully; does not return.
            log_bytes: Address space that is reserved for the log.
        """
        if self._began:
            self.end()
        self.warnings.clear()
        player.now, player.on_effect, player.on_divergence, player.warn = time, on_effect, on_divergence, self._warn
        player.alone = True
        try:
            player.open(Log(log_bytes))
        except OSError as error:
            self._warn(f"What comes from outside is not recorded, so going back may lead astray: {error}")
        self._exchange()
        # A replay would find what the recorded run has compiled, and do something else.
        self._wrote_bytecode, sys.dont_write_bytecode = not sys.dont_write_bytecode, True
        self._began = True
        player.mode = RECORD

    def end(self) -> None:
        """Recording ends: what was exchanged is put back. Who kept a reference to a replacement can go on using it.

        Snapshots of before keep the log.
        """
        if not self._began:
            return
        player.mode = OFF
        self._began = False
        if self._references is not None:
            self._references.take_out()
        self._attributes.take_out()
        if self._wrote_bytecode:
            sys.dont_write_bytecode = False
        log, player.log, player.limit = player.log, None, -1
        player.words = player.numbers = None
        if log is not None:
            log.close()

    @property
    def position(self) -> int:
        """The place in the log; grows with each entry."""
        return player.at

    def before_snapshot(self) -> None:
        """To be called right before each fork of a snapshot, in whichever process."""

    def replay(self) -> None:
        """In a cursor, right after the thaw and before any user code: from here the log answers, and nothing acts outside."""
        player.replays = True
        player.mode = REPLAY

    def promote(self) -> None:
        """A cursor becomes a branch: what comes in is recorded again, in a log of its own, and what acts outside acts."""
        if not player.replays:
            return
        size = LOG_BYTES if player.log is None else player.log.size
        player.replays = False
        player.open(Log(size))
        player.mode = RECORD

    def through(self, tag: str, call: Callable[[], T]) -> T:
        """Does `call` (input and the like) and records its result under `tag`; in a replay, that result without a call."""
        return player.through(tag_of(tag), call)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """For what the worker itself does in the middle of the program, and for looks: nothing is recorded or played back.

        In a cursor, what would act outside raises PermissionError meanwhile.
        """
        mode, player.mode = player.mode, OFF
        try:
            yield
        finally:
            player.mode = mode

    def _warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def _exchange(self) -> None:
        if self._references is None:
            import selectors  # noqa: F401 - so that they are there, and seeded, before recording begins
            import socket  # noqa: F401
            import subprocess  # noqa: F401
            import uuid  # noqa: F401

            self._clones = Clones(tuple(_CLONED))
            self._references = References()
            for part in _PARTS:
                part.exchange(self._references)
            outside.install(self._before_change)
            os.register_at_fork(after_in_child=self._leave)
        assert self._clones is not None
        self._clones.put_in()
        self._references.put_in()
        for part in _PARTS:
            part.exchange_attributes(self._attributes)
        for holder in self._references.unreachable:
            self._warn(f"Calls of {holder} are not recorded: going back past one leads astray.")

    def _before_change(self, path: str) -> None:
        """A file is about to be removed, moved or cut."""

    def _leave(self) -> None:
        """In a child that user code has forked: it is no part of the recorded program."""
        if not children.is_copy():
            player.mode = OFF
            player.replays = False
