"""Lines that are told and lines that are counted. For the recorders in Python; C has its own. Knows no events."""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import CodeType, FrameType

from . import OnLine, OnStart, Sample
from .codes import Codes, Known


class Lines:
    """Which lines are wanted at the moment, and what was counted."""

    def __init__(self, codes: Codes, on_due: OnStart) -> None:
        self._codes = codes
        self._on_due = on_due
        self._on_line: OnLine | None = None
        self._wanted: Callable[[CodeType], bool] = _nothing
        self.muted: set[tuple[int, int]] = set()
        """Lines that are not told again, by the `id` of their code; always this set."""
        self._changes = 0
        self.counting = False
        self.count = 0
        self.depth = 0
        """Frames of mine; only right while lines are counted."""
        self._alarm = self._every = self._next_sample = self._deepest = 0
        self._samples: list[Sample] = []

    def watch(self, on_line: OnLine | None, codes: Collection[CodeType] | Callable[[CodeType], bool] | None) -> None:
        """Tells lines of these codes, as `watch_lines` says."""
        self._on_line = on_line
        self._changes += 1
        self.muted.clear()
        given: Collection[CodeType] = ()
        if on_line is None:
            self._wanted = _nothing
        elif codes is None:
            self._wanted = _everything
        elif callable(codes):
            self._wanted = codes
        else:
            self._wanted, given = _nothing, codes
        for known in list(self._codes.by_id.values()):
            self.choose(known)
        for code in given:
            self._codes.meet(code).watched = True

    def choose(self, known: Known) -> None:
        """Decides of one that was just met whether its lines are told."""
        known.watched = known.mine and self._wanted(known.code)

    def begin(self, alarm: int, every: int, depth: int) -> None:
        """Counts from 0, as `begin_lines` says."""
        self.counting = True
        self._changes += 1
        self.count = self._deepest = 0
        self._alarm, self._every, self._next_sample = alarm, every, every
        self.depth = depth
        self._samples = []

    def end(self) -> list[Sample]:
        """Ends counting and answers the samples."""
        self.counting = False
        self._changes += 1
        samples, self._samples = self._samples, []
        return samples

    def wants(self, known: Known) -> bool:
        """Whether its lines are told or counted."""
        return known.watched or (self.counting and known.mine)

    def passed(self, known: Known, frame: FrameType, line: int, now: int) -> bool:
        """Counts and tells a line that is about to be executed.

        Returns:
            Whether it is still wanted the next time.
        """
        counted = self.counting and known.mine
        due = counted and self._count(known, line, now)
        wanted = self.tell(known, frame, line)
        if due:
            self._on_due(frame)
        return counted or wanted

    def tell(self, known: Known, frame: FrameType, line: int) -> bool:
        """Tells a line and counts nothing: all that is done with one of another thread. Answers as `passed`."""
        changes = self._changes
        on_line = self._on_line
        told = known.watched and on_line is not None and (id(known.code), line) not in self.muted
        if told and on_line is not None:
            told = bool(on_line(frame, line))
            if not told and changes == self._changes:
                self.muted.add((id(known.code), line))
        return told or changes != self._changes

    def _count(self, known: Known, line: int, now: int) -> bool:
        self.count += 1
        self._deepest = max(self._deepest, self.depth)
        if self.count == self._next_sample:
            self._next_sample += self._every
            self._samples.append((now, self.count, self._deepest, known.file, line))
            self._deepest = 0
        return self.count == self._alarm


def _nothing(_code: CodeType) -> bool:
    return False


def _everything(_code: CodeType) -> bool:
    return True
