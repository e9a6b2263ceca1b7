"""What ends a run forward: a step, a moment, a time, a number of lines; or only a breakpoint.

A goal is asked at each line that it watches, and says whether the program is to stand there. It knows the recorder and frames, and
neither breakpoints nor what standing means.
"""

from types import FrameType
from typing import Any, Callable

from hindsight_worker.debugging.places import At, Stack

_GENERATOR = 0x20 | 0x80 | 0x100 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ITERABLE_COROUTINE, CO_ASYNC_GENERATOR

# What a goal says of a line: nothing to it; ask again when it comes; stand here.
PASS, WATCH, STAND = 0, 1, 2


class Continue:
    """Runs until a breakpoint, or to the end. What the others are instead is said by what they set otherwise."""

    #: Why it stands when it is reached.
    reason = "breakpoint"
    #: At which time it begins to be asked; 0: at once; -1: never.
    alarm = -1
    #: True where it is asked at lines; told of returns; asked at exceptions.
    lines = returns = raises = False
    #: True where a breakpoint on the way stops it.
    stops = True

    def line(self, frame: FrameType, line: int) -> int:
        """Says `PASS`, `WATCH` or `STAND`, before a line of the user's code is executed."""
        return PASS

    def returned(self, frame: FrameType, kind: str) -> None:
        """Hears that a frame was left."""

    def raised(self, frame: FrameType) -> bool:
        """Whether to stand where an exception was raised."""
        return False


class NextLine(Continue):
    """The next line of the user's code, wherever it is: a step in, a pause, an entry."""

    alarm = 0
    lines = True

    def __init__(self, reason: str = "step") -> None:
        self.reason = reason

    def line(self, frame: FrameType, line: int) -> int:
        return STAND


class _Frames:
    """Frames of the stack, known again without being held: one that has ended must let go of what it has.

    Another one may then have its place in memory, so each that ends is to be forgotten.
    """

    def __init__(self, frames: list[FrameType], stack: Stack) -> None:
        """`frames` are all of the user's from one outwards."""
        self._depth, self._identity = stack.depth, stack.identity
        self._known = {stack.identity(one): (one.f_code, len(frames) - index) for index, one in enumerate(frames)}
        self.codes = {one.f_code for one in frames}

    def __contains__(self, frame: FrameType) -> bool:
        code, depth = self._known.get(self._identity(frame), (None, 0))
        return code is frame.f_code and depth == self._depth(frame)

    def forget(self, frame: FrameType) -> None:
        """It ends; harmless where it is none of them."""
        if frame in self:
            del self._known[self._identity(frame)]


class StepOver(Continue):
    """The next line of this very frame, or, when it has ended, of one that called it.

    A generator that yields has not ended: its consumer's lines are passed until it goes on, or ends (as pdb does).
    """

    reason = "step"
    alarm = 0
    lines = returns = True

    def __init__(self, frame: FrameType, stack: Stack) -> None:
        self._chain = _Frames(list(stack.mine(frame)), stack)
        self._stack = stack
        # A generator's frame may go on at another depth. It is let go of when it ends.
        self._generator = stack.identity(frame) if frame.f_code.co_flags & _GENERATOR else 0

    def line(self, frame: FrameType, line: int) -> int:
        if self._is_generator(frame) or (not self._generator and frame in self._chain):
            return STAND
        if frame.f_code in self._chain.codes:
            return WATCH
        return STAND if self._stack.is_program(frame) else PASS

    def returned(self, frame: FrameType, kind: str) -> None:
        if kind == "yield":
            return
        self._chain.forget(frame)
        if self._is_generator(frame):
            self._generator = 0

    def _is_generator(self, frame: FrameType) -> bool:
        return self._generator != 0 and self._stack.identity(frame) == self._generator


class StepOut(Continue):
    """The next line of a frame that called this one."""

    reason = "step"
    alarm = 0
    lines = returns = True

    def __init__(self, frame: FrameType, stack: Stack) -> None:
        callers = list(stack.mine(frame))[1:]
        self._callers = _Frames(callers, stack)
        # Out of the program itself is its end.
        self._is_program: Callable[[FrameType], bool] = stack.is_program if callers else lambda _: False

    def line(self, frame: FrameType, line: int) -> int:
        if frame in self._callers or self._is_program(frame):
            return STAND
        return WATCH if frame.f_code in self._callers.codes else PASS

    def returned(self, frame: FrameType, kind: str) -> None:
        if kind != "yield":
            self._callers.forget(frame)


class StepInto(Continue):
    """The first line of a function of this name that is called from this frame; else as a step over."""

    reason = "step"
    alarm = 0
    lines = returns = True

    def __init__(self, frame: FrameType, stack: Stack, name: str) -> None:
        self._over = StepOver(frame, stack)
        self._caller = _Frames(list(stack.mine(frame)), stack)
        self._name = name

    def line(self, frame: FrameType, line: int) -> int:
        if frame.f_code.co_name == self._name and frame not in self._caller:
            return STAND
        return max(self._over.line(frame, line), WATCH)

    def returned(self, frame: FrameType, kind: str) -> None:
        self._over.returned(frame, kind)


class Moment(Continue):
    """Exactly one moment."""

    reason = "goto"
    stops = False

    def __init__(self, at: At, stack: Stack) -> None:
        self.alarm = at.time
        self.lines = not at.raising
        self.raises = at.raising
        self.at = at
        self._stack = stack

    def is_here(self, frame: FrameType) -> bool:
        """Whether the frame stands there, given that the time is right."""
        return frame.f_lasti == self.at.offset and self._stack.depth(frame) == self.at.depth

    def line(self, frame: FrameType, line: int) -> int:
        return STAND if self.is_here(frame) else WATCH

    def raised(self, frame: FrameType) -> bool:
        return self.is_here(frame)


class Time(Continue):
    """The first line at or after a time."""

    reason = "goto"
    lines = True
    stops = False

    def __init__(self, time: int) -> None:
        self.alarm = time

    def line(self, frame: FrameType, line: int) -> int:
        return STAND


class Lines(Continue):
    """So many lines further. The recorder counts them."""

    reason = "goto"
    stops = False

    def __init__(self, count: int) -> None:
        self.count = count


def goal_of(told: dict[str, Any], frame: FrameType, stack: Stack) -> Continue:
    """The goal that the runtime names, from where the program stands.

    Raises:
        ValueError: It names none.
    """
    kind = told.get("kind")
    if kind == "continue":
        return Continue()
    if kind == "step":
        return _step_of(told, frame, stack)
    if kind == "at":
        return Moment(At.of(told["at"]), stack)
    if kind == "time":
        return Time(int(told["time"]))
    if kind == "lines":
        return Lines(int(told["lines"]))
    raise ValueError(f"no goal is called {kind!r}")


def _step_of(told: dict[str, Any], frame: FrameType, stack: Stack) -> Continue:
    how = told.get("how")
    if how == "over":
        return StepOver(frame, stack)
    if how == "out":
        return StepOut(frame, stack)
    if how == "in":
        target = told.get("target")
        return StepInto(frame, stack, target) if target else NextLine()
    raise ValueError(f"no step is called {how!r}")
