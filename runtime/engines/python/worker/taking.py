"""When a worker's state is taken: in idle moments, before an evaluation, and on request.

Knows the policies and the frames `freeze` and `frozen`; how a state is taken is `frozen.py`'s.
"""

import time
from typing import Any, Callable

from hindsight_worker.frozen import FAILED, LIVE, Freezer
from hindsight_worker.huge_pages import HugePages
from hindsight_worker.identity import identity
from hindsight_worker.link import Link

Frame = dict[str, Any]

POLICIES = ("always", "cheap", "never")
_QUICK_SECONDS = 0.05
_CHEAP_MS = 20.0
# After so many evaluations, what was dear is tried again: the memory may be smaller, or the machine less busy.
_PATIENCE = 20


class Taking:
    """The states of one worker: which one is held, and whether the present one should be."""

    def __init__(
        self, freezer: Freezer, link: Link, streams: tuple[int, int], may_have_changed: Callable[[], bool], policy: str
    ) -> None:
        """`may_have_changed` says whether anything may run between evaluations; `policy` is one of `POLICIES`."""
        self._freezer = freezer
        self._link = link
        self._streams = streams
        self._may_have_changed = may_have_changed
        self.policy = policy
        self._count = 0
        self._held = -1
        self._tried = -1
        self._name = ""
        self._ended = time.monotonic()
        self._following = False
        # Evaluations since the last try.
        self._since = 0
        self._pages = HugePages()

    def begin(self) -> None:
        """An evaluation begins."""
        self._following = time.monotonic() - self._ended < _QUICK_SECONDS

    def end(self) -> None:
        """An evaluation has ended."""
        self._since += 1
        self._ended = time.monotonic()

    def forget(self) -> None:
        """The state has changed although no evaluation has ended."""
        self._held = self._tried = -1

    def idle_seconds(self, generation: int) -> float | None:
        """After how long an idle moment the state of `generation` is to be taken; None where it is not."""
        if self.policy == "never" or generation in (self._held, self._tried):
            return None
        if self.policy == "always":
            return 0
        if self._is_dear():
            return None
        return _QUICK_SECONDS if self._following else 0

    def prepare(self, is_wanted: Callable[[], bool]) -> None:
        """Makes this state and the next ones cheap to take, until `is_wanted`."""
        self._pages.gather(is_wanted)

    def due_before_next(self, generation: int) -> bool:
        """True where the state should be taken before what has just come is handled."""
        if self.policy == "never" or not self._is_new(generation):
            return False
        # Before the first evaluation there is no other state that a look could be answered from.
        if self.policy == "cheap" and self._held >= 0:
            quick = time.monotonic() - self._ended < _QUICK_SECONDS
            if quick or self._is_dear():
                return False
        frame = self._link.peek()
        return frame is None or (frame.get("type") == "eval" and not frame.get("silent"))

    def take(self, generation: int, reply: bytes = b"") -> int:
        """Takes the state; see `Freezer.take`.

        Args:
            generation: How many evaluations this state has seen.
            reply: What is sent when that has succeeded.
        """
        self._count += 1
        self._tried = generation
        self._since = 0
        former = (self._held, self._name)
        # Before, not after: whoever is thawed is to know it, too.
        self._held = generation
        name = self._name = self._next_name()
        how = self._freezer.take(name, generation, self._link.fileno(), self._streams, reply)
        if how == FAILED:
            self._held, self._name = former
        return how

    def freeze(self, frame: Frame, generation: int) -> int:
        """Answers `freeze`: with the state that is held if it is the present one, else with a new one."""
        n = frame.get("n")
        if not frame.get("again") and generation == self._held and not self._may_have_changed():
            self._link.send({"type": "frozen", "n": n, "id": self._name})
            return LIVE
        reply = self._link.encode({"type": "frozen", "n": n, "id": self._next_name(1)})
        how = self.take(generation, reply)
        if how == FAILED:
            self._link.send({"type": "frozen", "n": n, "id": "", "error": self._freezer.error})
        return how

    def _is_dear(self) -> bool:
        return self._freezer.took_ms.value > _CHEAP_MS and self._since < _PATIENCE

    def _is_new(self, generation: int) -> bool:
        """True where the state of now is not held and was not tried, as far as is known."""
        return generation not in (self._held, self._tried) or (generation == self._held and self._may_have_changed())

    def _next_name(self, ahead: int = 0) -> str:
        """Unique, as this worker's id is; short enough for an id of ours."""
        return f"{identity.id[:48]}.{self._count + ahead}"
