"""When and how snapshots of a running program are taken, and what it costs.

A snapshot is a frozen process (`frozen.py`) whose copies go on as cursors. Knows the frame `moment`; what a cursor then does is
told by the return value alone.
"""

import _thread
import json
import time
from types import FrameType
from typing import Any, Callable

from hindsight_worker.debugging.places import Stack, place_of, source_of
from hindsight_worker.debugging.recorder import Recorder
from hindsight_worker.frozen import CURSOR, LIVE, Freezer
from hindsight_worker.identity import identity
from hindsight_worker.link import Link

# design: what taking costs may be a twentieth of the run.
_SHARE = 20.0
_FIRST_SECONDS, _LEAST_SECONDS, _MOST_SECONDS = 0.05, 0.01, 2.0
_clock = time.perf_counter


class Moments:
    """The snapshots of one trace, taken in this process."""

    def __init__(
        self, freezer: Freezer, link: Link, streams: tuple[int, int], generation: int, warn: Callable[[str], None]
    ) -> None:
        """`streams` are the descriptors of the FIFOs for output; `warn` is given a sentence for a person."""
        self._freezer = freezer
        self._link = link
        self._streams = streams
        self._generation = generation
        self._warn = warn
        self._count = 0
        self._clocked = True
        self._interval = _FIRST_SECONDS
        self._threads_told = False

    def begin(self, recorder: Recorder) -> None:
        """Snapshots by the clock begin."""
        self._clocked = True
        recorder.set_clock(self._interval)

    def end(self, recorder: Recorder) -> None:
        """No more snapshots by the clock: this is a cursor."""
        self._clocked = False
        recorder.set_clock(0)

    def take(
        self, recorder: Recorder, stack: Stack, frame: FrameType, log: int, why: str, *, at_line: bool, raising: bool = False
    ) -> tuple[bool, str]:
        """Takes one.

        Args:
            frame: The innermost of the user's frames.
            log: Entries in the log of what is not deterministic.
            why: `start`, `clock`, `stop`, `effect`, `edit`, `asked` or `near`.
            at_line: True where the program stands before a line.
            raising: True where it stands in what has just been raised.

        Returns:
            Whether this process is a cursor of the snapshot, and the snapshot's id; an empty one where none was taken.
        """
        if _thread._count() > 0:  # type: ignore[attr-defined]
            self._tell_of_threads()
            self._wind(recorder)
            return False, ""
        began = _clock()
        self._count += 1
        name = f"{identity.id[:48]}.m{self._count}"
        moment = self._describe(recorder, stack, frame, log, why, at_line or raising, raising)
        reply = self._link.encode({"type": "moment", "id": name, "fields": json.dumps(moment)})
        how = self._freezer.take(name, self._generation, self._link.fileno(), self._streams, reply, within=True)
        if how == CURSOR:
            return True, name
        if how != LIVE:
            self._warn(f"A snapshot of the program could not be taken: {self._freezer.error}")
            name = ""
        self._interval = min(max(_SHARE * (_clock() - began), _LEAST_SECONDS), _MOST_SECONDS)
        self._wind(recorder)
        return False, name

    def _describe(
        self, recorder: Recorder, stack: Stack, frame: FrameType, log: int, why: str, placed: bool, raising: bool
    ) -> dict[str, Any]:
        told = {"time": recorder.time, "log": log, "why": why, "pinned": why not in ("clock", "near")}
        memory = recorder.memory()
        if memory:
            told["memory"] = memory
        if placed:
            return {**told, "place": place_of(stack.at(recorder.time, frame, raising), frame)}
        return {**told, "near": source_of(frame)}

    def _wind(self, recorder: Recorder) -> None:
        if self._clocked:
            recorder.set_clock(self._interval)

    def _tell_of_threads(self) -> None:
        if not self._threads_told:
            self._threads_told = True
            self._warn("Other threads run: until they have ended no snapshots are taken, and going back takes longer.")
