"""Recording what comes in from outside, playing it back in a replay, and keeping a replay from acting: all parts together.

    recording                           replay                              a branch
    begin ── the program runs ── end    replay ── it runs again to a time   promote ── it runs on, for real

Each part exchanges functions of Python for its own (`clocks`, `entropy`, …), which ask the one `player` what to do. Knows no
snapshots, no cursors and no frames: when a program is recorded, and in which process it is replayed, is told.

Not treated: when a signal arrives; what threads other than the main one meet; what C code does by itself.
"""

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, Callable, TypeVar

from hindsight_worker import world
from hindsight_worker.debugging.replaying import descriptors, processes
from hindsight_worker.debugging.replaying.exchange import exchange, listen
from hindsight_worker.debugging.replaying.files import files, is_written, real_path
from hindsight_worker.debugging.replaying.log import Log, tag_of
from hindsight_worker.debugging.replaying.outside import is_fifo
from hindsight_worker.debugging.replaying.player import KEPT, OFF, RECORD, REPLAY, player
from hindsight_worker.debugging.replaying.versions import Versions
from hindsight_worker.effect_targets import is_our_business, path_name
from hindsight_worker.world import pairs, stranded

T = TypeVar("T")

LOG_BYTES = 1 << 30


_NOTHING = nullcontext()


class _Aside(AbstractContextManager[None]):
    """`World.aside`. One object for all times: to make one would take memory of the program's."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def __enter__(self) -> None:
        player.memory(True)
        player.aside += 1
        player.mode = OFF

    def __exit__(self, cls: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        player.aside -= 1
        if not player.aside:
            self._world.resume()
        player.memory(False)


class World:
    """What is not deterministic, and what acts outside, of one program at a time."""

    _listens = False

    def __init__(self) -> None:
        # What a person should know who goes back in this trace, in sentences.
        self.warnings: list[str] = []
        self._wrote_bytecode = False
        self._began = False
        self._log_bytes = LOG_BYTES
        self._aside = _Aside(self)

    def begin(
        self,
        time: Callable[[], int],
        on_effect: Callable[[str, str], None],
        on_divergence: Callable[[str], None],
        on_barrier: Callable[[str], None] | None = None,
        on_threads: Callable[[], None] = lambda: None,
        log_bytes: int = LOG_BYTES,
        memory: Callable[[bool], object] = bool,
    ) -> None:
        """Recording begins, in the main thread, while no other thread runs.

        Args:
            time: The time of the trace; is called for each entry.
            on_effect: Is told of an effect right before it happens, `(kind, target)`; kinds as in `effects.py`. Several may
                belong together, so a snapshot is best taken at the next place in the user's own code.
            on_divergence: Is told, in a sentence, that a replay cannot go on truthfully; does not return.
            on_barrier: Is told, in a sentence, that a replay has come to an effect that was recorded, and that it cannot pass;
                does not return. Without it, that is a divergence.
            on_threads: Is told that a replay is about to start another thread.
            log_bytes: Address space that is reserved for the log.
            memory: `Recorder.aside`.
        """
        if self._began:
            self.end()
        self.warnings.clear()
        player.now, player.on_effect, player.on_divergence, player.warn = time, on_effect, on_divergence, self._warn
        player.on_barrier, player.on_threads = on_barrier or on_divergence, on_threads
        player.memory = memory
        self._log_bytes = log_bytes
        self._open()
        processes.begin()
        for holder in exchange.put_in():
            self._warn(f"Calls of {holder} are not recorded: going back past one leads astray.")
        if not World._listens:
            World._listens = True
            listen(_on_open, _before_change)
        # A replay would find what the recorded run has compiled, and do something else.
        self._wrote_bytecode, sys.dont_write_bytecode = not sys.dont_write_bytecode, True
        # Connections and children are not lost to a copy that replays: the log answers for them.
        stranded.hold(True)
        self._began = True
        player.alone = True
        player.mode = RECORD

    def end(self) -> None:
        """Recording ends: what was exchanged is put back. Who kept a reference to a replacement can go on using it.

        Snapshots of before keep the log.
        """
        if not self._began:
            return
        player.mode = OFF
        player.memory = bool
        self._began = False
        exchange.take_out()
        stranded.hold(False)
        if self._wrote_bytecode:
            sys.dont_write_bytecode = False
        self._close()

    @property
    def position(self) -> int:
        """The place in the log; grows with each entry."""
        return player.at

    def interrupted(self, time: int, depth: int, line: int) -> None:
        """The program is interrupted within this line: nothing that a replay could do by itself."""
        if player.log is not None:
            player.log.note_interrupt(time, depth, line)

    @property
    def interrupts(self) -> list[tuple[int, int, int]]:
        """Where it was, also after this copy was made: time, depth, line."""
        return player.log.interrupts() if player.log is not None else []

    @property
    def runs_threads(self) -> bool:
        """Whether the program has started a thread: since recording began, or in this replay."""
        return not player.alone

    def replay(self) -> None:
        """In a cursor, right after the thaw and before any user code: from here the log answers, and nothing acts outside."""
        player.mode = OFF
        player.replays = True
        player.alone = True
        for part, plan in world.noted():
            if part is pairs.PART:
                descriptors.pairs.update(number for pair in plan for number, _ in (*pair.read, *pair.write))
        files.separate()
        exchange.put_in_for_replay()
        if not player.aside:
            player.mode = REPLAY

    def promote(self) -> None:
        """A cursor becomes a branch: what comes in is recorded again, in a log of its own, and what acts outside acts."""
        if not player.replays:
            return
        player.mode = OFF
        player.replays = False
        for path in files.private_paths:
            self._warn(f"What this branch writes to {path} stays in memory until the file is opened again.")
        self._close()
        self._open()
        processes.begin()
        stranded.hold(False)
        world.strand()
        stranded.hold(True)
        if not player.aside:
            player.mode = RECORD

    def through(self, tag: str, call: Callable[[], T]) -> T:
        """Does `call` (input and the like) and records its result under `tag`; in a replay, that result without a call."""
        return player.through(tag_of(tag), call)

    def aside(self) -> AbstractContextManager[None]:
        """For what the worker itself does in the middle of the program, and for looks: nothing is recorded or played back.

        In a cursor, what would act outside raises PermissionError meanwhile. May be nested, and be left in a process that has
        become a cursor, or a branch, within. One object for all: a walk enters it at each line.
        """
        # Nothing of another thread is recorded anyhow, and the main one goes on meanwhile.
        return self._aside if player.is_main else _NOTHING

    def resume(self) -> None:
        """Nothing of the worker's own is done any more: what comes in is recorded, or played back."""
        player.mode = REPLAY if player.replays else RECORD if self._began else OFF

    def _warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def _open(self) -> None:
        try:
            player.open(Log(self._log_bytes))
            files.versions = Versions()
        except OSError as error:
            self._warn(f"What comes from outside is not recorded, so going back may lead astray: {error}")

    def _close(self) -> None:
        log, player.log, player.limit = player.log, None, -1
        player.words = player.numbers = None
        versions, files.versions = files.versions, None
        for one in (log, versions):
            if one is not None:
                one.close()


def _on_open(path: Any, mode: Any, flags: Any) -> None:
    """The audit event of `open`."""
    if player.active == RECORD:
        if is_written(flags) and not isinstance(path, int):
            _keep(path, opens=True, appends=bool(flags & os.O_APPEND))
    elif player.replays:
        files.check(path, flags)


def _before_change(path: str) -> None:
    """A file or folder is about to be made, removed, moved or cut."""
    _keep(path, opens=False, appends=False)


def _keep(path: Any, opens: bool, appends: bool) -> None:
    player.mode = OFF
    try:
        name = path_name(path)
        if name is None or is_our_business(name) or files.versions is None:
            return
        name = real_path(name)
        # A folder is opened "for writing" by `tempfile`, which lets an opener of its own do something else.
        if opens and os.path.isdir(name):
            return
        is_new, problem = files.versions.keep(name, player.at, world.count(), appends)
        if problem:
            player.warn(problem)
        is_effect = is_fifo(name)
    finally:
        player.mode = RECORD
    if is_new:
        player.put(KEPT, None)
    if is_effect:
        player.effect("file-written", name)
