"""The program's other threads under the debugger: they stop at breakpoints and after steps, and are held while any thread stands.

They are not counted, and time does not pass for them; that is the main thread's. Whoever stands has the floor; a thread that
comes to a line of the user's meanwhile waits until it is given back. What is asked of one that stands is answered by `standing`.
"""

import _thread
import sys
import threading
from collections.abc import Callable, Iterable
from types import FrameType
from typing import TYPE_CHECKING, Any

from hindsight_worker.debugging import exceptions
from hindsight_worker.debugging.goals import STAND, Continue, NextLine
from hindsight_worker.debugging.points import Point
from hindsight_worker.interrupts import interrupts

if TYPE_CHECKING:
    from hindsight_worker.debugging.debugger import Debugger

MAIN = 1
#: Among the goals: of whichever thread comes to a line first.
_ANY = 0
_FUNCTION = "function-breakpoint"


class Where:
    """Where another thread stands: what the debugger itself says of the main thread."""

    def __init__(self, frame: FrameType, error: BaseException | None, mode: str) -> None:
        self.frame: FrameType | None = frame
        self.raising = error is not None
        self.at_line = error is None
        self.exception = None if error is None else exceptions.Seen(error, mode)
        self.ident = _thread.get_ident()


class Threads:
    """All threads but the main one, which has made this."""

    def __init__(self, debugger: "Debugger") -> None:
        self._debugger = debugger
        self._main = _thread.get_ident()
        #: Held by whoever stands.
        self.floor = _thread.allocate_lock()
        #: The thread that stands; None also while the main one does.
        self.standing: Where | None = None
        #: By thread, what a step in it, or a pause, is for.
        self._goals: dict[int, Continue] = {}
        self._entered: dict[int, list[Point]] = {}
        #: The main thread was interrupted, or has ended: none stops any more.
        self._is_over = False
        self._numbers: dict[int, int] = {self._main: MAIN}
        self._make_hook: Any = None

    def begin(self) -> None:
        """From here on they are heard of, in the process of the program itself."""
        self._is_over = False
        self._debugger.recorder.watch_threads(True)
        # What a thread calls with what it has not caught, whatever hook the program has set.
        self._make_hook = threading._make_invoke_excepthook  # type: ignore[attr-defined]
        threading._make_invoke_excepthook = self._hook  # type: ignore[attr-defined]
        interrupts.before = self._let_go

    def end(self) -> None:
        """They run by themselves from here on. Twice is harmless."""
        self._is_over = True
        if self._make_hook is not None:
            threading._make_invoke_excepthook = self._make_hook  # type: ignore[attr-defined]
            self._make_hook = None
        interrupts.before = _nothing
        self._debugger.recorder.watch_threads(False)

    def wait(self) -> None:
        """The main thread has come to its end: one that stands goes on first."""
        with self.floor:
            self._is_over = True

    def mute(self) -> None:
        """In a cursor none is stopped: they run anew there, by themselves."""
        self.end()
        self._goals.clear()

    # What the main thread asks.

    @property
    def are_many(self) -> bool:
        """Whether there are others at all."""
        return _thread._count() > 0  # type: ignore[attr-defined]

    @property
    def wants_lines(self) -> bool:
        """Whether a goal of another thread needs lines."""
        return any(goal.lines for goal in self._goals.values())

    @property
    def wants_returns(self) -> bool:
        """Whether a goal of another thread needs returns."""
        return any(goal.returns for goal in self._goals.values())

    def hold(self) -> None:
        """Waits where another thread stands."""
        if self.floor.locked():
            with self.floor:
                pass

    def gather(self) -> None:
        """Somebody has come to stand: the others wait at their next line."""
        if self.are_many:
            self._debugger.watch_all_lines()

    def go(self, ident: int, goal: Continue | None) -> None:
        """Sets what the next run of one thread is for; steps of all others are given up."""
        self._goals = {one: kept for one, kept in self._goals.items() if kept.reason == _FUNCTION}
        if goal is not None and goal.lines:
            self._goals[ident] = goal

    def pause(self) -> None:
        """Whichever comes to a line first stands there."""
        self.go(_ANY, NextLine("pause"))

    def told(self) -> list[dict[str, Any]]:
        """All that are alive: `id`, 1 for the main thread, and `name`. The one that stands comes first."""
        frames = sys._current_frames()
        names = {one.ident: one.name for one in threading.enumerate()}
        known = {ident: number for ident, number in self._numbers.items() if ident in frames}
        for ident in frames:
            known.setdefault(ident, self._number(ident))
        here = self._main if self.standing is None else self.standing.ident
        told = [{"id": known[ident], "name": str(names.get(ident) or f"Thread {ident}")} for ident in frames]
        return sorted(told, key=lambda one: (one["id"] != known.get(here), one["id"]))

    def described(self, ident: int) -> dict[str, Any]:
        """One of them, as `told` has it."""
        name = next((one.name for one in threading.enumerate() if one.ident == ident), f"Thread {ident}")
        return {"id": self._number(ident), "name": str(name)}

    def ident_of(self, number: int) -> int | None:
        """The thread with this id."""
        return next((ident for ident, known in self._numbers.items() if known == number), None)

    def frame_of(self, ident: int) -> FrameType | None:
        """The innermost frame of a thread; None where it has ended."""
        if ident == _thread.get_ident() and self.standing is not None:
            return self.standing.frame
        if ident == self._main and self.standing is None:
            return self._debugger.frame
        return sys._current_frames().get(ident)

    # What is called in the other threads.

    def on_line(self, frame: FrameType, line: int) -> bool:
        """As the debugger's own, in another thread."""
        if self._is_over:
            return True
        self.hold()
        debugger = self._debugger
        points = debugger.points.at(frame.f_code, line) if debugger.uses_points else []
        if (points or (debugger.uses_points and debugger.points.data)) and self._meet(points, frame, line):
            return True
        ident = _thread.get_ident()
        for owner in (ident, _ANY):
            goal = self._goals.get(owner)
            if goal is not None and goal.line(frame, line) == STAND:
                self.stand(frame, goal.reason)
                return True
        # A line that nobody wants is not told again in any thread.
        return bool(points or self._goals or debugger.wants_line)

    def on_start(self, frame: FrameType) -> None:
        """As the debugger's own, in another thread."""
        debugger = self._debugger
        if self._is_over or not debugger.uses_points:
            return
        points = [point for point in debugger.points.of(frame) if point.is_met(frame)]
        if points:
            ident = _thread.get_ident()
            self._entered[ident], self._goals[ident] = points, NextLine(_FUNCTION)
            debugger.arm()

    def on_return(self, frame: FrameType, kind: str, value: object) -> None:
        """As the debugger's own, in another thread."""
        goal = self._goals.get(_thread.get_ident())
        if goal is not None:
            goal.returned(frame, kind)
            if kind != "yield" and self._debugger.stack.innermost(frame.f_back) is None:
                self._forget()  # Nothing of the user's is left to come to.
        if not self._is_over and self._debugger.leaves_uncaught(frame, kind, value):
            assert isinstance(value, BaseException)
            self.stand(frame, "exception", error=value, mode="userUncaught")

    def on_raise(self, frame: FrameType, error: BaseException) -> None:
        """As the debugger's own, in another thread."""
        debugger = self._debugger
        filters = debugger.points.exceptions
        if self._is_over or not (debugger.uses_points and filters.raised and filters.matches(error)):
            return
        if exceptions.begins_here(error, frame, debugger.stack):
            self.stand(frame, "exception", error=error, mode="raised")

    def stand(
        self,
        frame: FrameType,
        reason: str,
        points: Iterable[Point] = (),
        text: str = "",
        *,
        error: BaseException | None = None,
        mode: str = "",
    ) -> None:
        """This thread stands, until it may go on."""
        ident = _thread.get_ident()
        with self.floor:
            if self._is_over:
                return
            goal, entered = self._goals.pop(ident, None), self._entered.pop(ident, [])
            if goal is None:
                self._goals.pop(_ANY, None)
            self.standing = Where(frame, error, mode)
            self.gather()
            try:
                self._debugger.standing.stand(reason, list(points) or entered, text)
            finally:
                self.standing = None

    def _meet(self, points: list[Point], frame: FrameType, line: int) -> bool:
        stopping, reason, text = self._debugger.met(points, frame, line)
        if stopping:
            self.stand(frame, reason, stopping, text)
        return bool(stopping)

    def _hook(self) -> Callable[[threading.Thread], None]:
        then = self._make_hook()

        def invoke(thread: threading.Thread) -> None:
            error = sys.exc_info()[1]
            if error is not None:
                self._uncaught(error)
            then(thread)

        return invoke

    def _uncaught(self, error: BaseException) -> None:
        filters = self._debugger.points.exceptions
        if self._is_over or not (self._debugger.uses_points and filters.uncaught and filters.matches(error)):
            return
        frame = self._origin(error)
        if frame is not None and not isinstance(error, SystemExit):
            self.stand(frame, "exception", error=error, mode="uncaught")
            self._forget()

    def _origin(self, error: BaseException) -> FrameType | None:
        """The innermost of the user's frames that it has passed."""
        found, trace = None, error.__traceback__
        while trace is not None:
            if self._debugger.stack.is_mine(trace.tb_frame.f_code):
                found = trace.tb_frame
            trace = trace.tb_next
        return found

    def _forget(self) -> None:
        self._goals.pop(_thread.get_ident(), None)
        self._debugger.arm()

    def _number(self, ident: int) -> int:
        return self._numbers.setdefault(ident, len(self._numbers) + 1)

    def _let_go(self) -> None:
        """The main thread is being interrupted: what stands beside it must not keep it from ending."""
        if self.standing is not None:
            self._is_over = True
            self._debugger.link.let_go()


def _nothing() -> None:
    pass
