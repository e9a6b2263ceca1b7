"""When to look at the clock, and whether it is due: looking costs as much as several events, so that it is done adaptively.

For the recorders in Python; the one in C does the same in state.h.
"""

from __future__ import annotations

import time

_TICKS = 250
_MOST = 64


class Clock:
    """One alarm by time. Off until it is set; each `look` that answers True turns it off."""

    def __init__(self) -> None:
        self.next_look = 0
        """The count of events at which to look; 0 while it is off."""
        self._due = 0.0
        self._stride = 1
        self._tick = 0
        self._tick_began = 0

    def set(self, seconds: float, now: int) -> None:
        """Is due so many seconds from now, where `now` is the count of events; 0 turns it off."""
        self.next_look = now + 1 if seconds > 0 else 0
        at = time.monotonic()
        self._due = at + seconds
        self._stride = 1
        self._tick = int(at * _TICKS)
        self._tick_began = now

    def look(self, now: int) -> bool:
        """Whether it is due. Else the next look is 64 events later at most, and at the next event where few come in 4 ms."""
        at = time.monotonic()
        if at >= self._due:
            self.next_look = 0
            return True
        tick = int(at * _TICKS)
        if tick == self._tick:
            self._stride = min(_MOST, self._stride * 2)
        else:
            self._stride = max(1, min(_MOST, (now - self._tick_began) // 16))
            self._tick, self._tick_began = tick, now
        self.next_look = now + self._stride
        return False
