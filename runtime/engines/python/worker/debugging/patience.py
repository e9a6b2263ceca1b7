"""Gives a replay up whose main thread waits for other threads in vain.

Those run anew in a replay, with nothing played back to them: one may wait for what came from outside, or have failed where it would act
there. Watches from a thread of its own, in a cursor, while there are others.
"""

import _thread
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hindsight_worker.debugging.debugger import Debugger

_LOOK_SECONDS = 0.25
#: So long nothing may happen, and so much of the processor be used meanwhile.
_MOST_SECONDS, _IDLE_SHARE = 3.0, 0.02

_TEXT = (
    "the main thread waits here for other threads, which are not recorded and run anew in a replay;"
    f" nothing has happened for {_MOST_SECONDS:g} s"
)


class Patience:
    """Of one cursor."""

    def __init__(self, debugger: "Debugger") -> None:
        self._debugger = debugger
        self._is_watching = False

    def watch(self) -> None:
        """Watches until the threads have ended of which one is about to start, and the main one has gone on."""
        if not self._is_watching:
            self._is_watching = True
            _thread.start_new_thread(self._watch, ())

    def _watch(self) -> None:
        pause = _thread.allocate_lock()
        pause.acquire()
        seen, since, used = self._place(), time.monotonic(), time.process_time()
        while True:
            pause.acquire(timeout=_LOOK_SECONDS)
            now, at = time.monotonic(), self._place()
            if self._debugger.standing.is_standing or at != seen:
                # This one is counted, too. The main thread has gone on after the others' end: it does not wait for any.
                if _thread._count() <= 1:  # type: ignore[attr-defined]
                    break
                seen, since, used = at, now, time.process_time()
            elif now - since >= _MOST_SECONDS:
                if time.process_time() - used < _IDLE_SHARE * (now - since):
                    self._give_up()
                since, used = now, time.process_time()
        self._is_watching = False

    def _give_up(self) -> None:
        with self._debugger.threads.floor:
            self._debugger.standing.diverged(_TEXT)

    def _place(self) -> Any:
        """Where the main thread is, in whatever code."""
        frame = sys._current_frames().get(self._debugger.main)
        return (self._debugger.recorder.time, None if frame is None else (id(frame), frame.f_lasti))
