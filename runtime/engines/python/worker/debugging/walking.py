"""What a cursor notes on its way through a piece of the past: lines, hits, exceptions, changes, values, or a picture of it all.

A walk never stops the program. Knows frames and the recorder's counts; how the piece was chosen is the runtime's.
"""

from collections import deque
from opcode import opname
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from hindsight_worker.debugging.conditions import Expression, Message
from hindsight_worker.debugging.exceptions import message_of, type_name
from hindsight_worker.debugging.goals import PASS, WATCH
from hindsight_worker.debugging.marks import Marks
from hindsight_worker.debugging.places import At, name_of
from hindsight_worker.debugging.points import Point

if TYPE_CHECKING:
    from hindsight_worker.debugging.debugger import Debugger

Told = dict[str, Any]

_MOST_TEXT = 200
_MOST_OUTPUT = 80
_PREPARING = ("RESUME", "MAKE_CELL", "COPY_FREE_VARS", "RETURN_GENERATOR", "POP_TOP", "GEN_START", "CACHE")


#: A moment, with what there is to say of it. Plain, for there may be as many as lines; its place is worked out for those that are told.
Noted = tuple[int, int, int, bool, int, CodeType, Told]


def told_of(noted: Noted) -> Told:
    """An element of `found`."""
    time, depth, offset, raising, line, code, more = noted
    at = At(time, depth, offset, raising).told()
    return {"place": {**at, "file": code.co_filename, "line": line, "name": name_of(code)}, **more}


class Walk:
    """Notes the last `most` of what is wanted, and counts all."""

    #: True where it is asked at lines, at exceptions; where breakpoints decide.
    lines = True
    raises = points = False

    def __init__(self, debugger: "Debugger", most: int) -> None:
        self.debugger = debugger
        self.found: deque[Noted] = deque(maxlen=most)
        self.count = 0

    def line(self, frame: FrameType, line: int) -> int:
        """Hears of a line, before it is executed; says whether it wants to hear of this line again."""
        return PASS

    def raised(self, frame: FrameType, error: BaseException) -> None:
        """Hears of an exception, where it comes to the user's code."""

    def entered(self, points: list[Point]) -> None:
        """Hears that a function with breakpoints has begun: they are met at its first line, which comes next."""

    def cut_short(self) -> None:
        """Hears that it ends within what no replay does again. The line after that, where the next piece begins, is not come to."""

    def note(self, frame: FrameType, more: Told | None = None, raising: bool = False) -> None:
        """Remembers this moment."""
        self.count += 1
        self.found.append(self.here(frame, more or {}, raising))

    def here(self, frame: FrameType, more: Told, raising: bool = False) -> Noted:
        """This moment."""
        time, depth = self.debugger.recorder.time, self.debugger.stack.depth(frame)
        return (time, depth, frame.f_lasti, raising, frame.f_lineno or 1, frame.f_code, more)

    def told(self) -> Told:
        """The fields of the answer."""
        return {"found": [told_of(one) for one in self.found], "count": self.count}


class EachLine(Walk):
    """All lines; with `code`, those of these functions alone: the others then run as fast as ever."""

    def __init__(self, debugger: "Debugger", most: int, want: Told) -> None:
        super().__init__(debugger, most)
        self._codes = {(str(file), int(first)) for file, first in want.get("code") or ()}

    def line(self, frame: FrameType, line: int) -> int:
        code = frame.f_code
        if self._codes and (code.co_filename, code.co_firstlineno) not in self._codes:
            # Another piece of the program is one of the frames that are asked for, too.
            if code.co_name != "<module>" or not self.debugger.stack.is_program(frame):
                return PASS
        self.note(frame)
        return WATCH


class LinesOfStack(EachLine):
    """The last line of the frames that are on the stack when the walk ends: of all, or of the `depth` outermost ones.

    Which these are is only known then; so the last line of each frame is kept.
    """

    def __init__(self, debugger: "Debugger", most: int, want: Told) -> None:
        super().__init__(debugger, most, want)
        self._depth = int(want.get("depth") or 0)
        # By depth: the frame's identity, for a frame that is held keeps its variables alive.
        self._last: dict[int, tuple[int, int, Noted]] = {}

    def note(self, frame: FrameType, more: Told | None = None, raising: bool = False) -> None:
        self.count += 1
        time, depth = self.debugger.recorder.time, self.debugger.stack.depth(frame)
        # A frame that has ended makes room for the next of its depth.
        is_program = depth == 1 and self.debugger.stack.is_program(frame)
        marked = {"program": True} if is_program else {}
        noted = (time, depth, frame.f_lasti, False, frame.f_lineno or 1, frame.f_code, marked)
        self._last[depth] = (self.debugger.stack.identity(frame), self.count, noted)

    def told(self) -> Told:
        frame = self.debugger.frame
        final = list(self.debugger.stack.mine(frame))[-self._depth :] if frame is not None else []
        is_program = self.debugger.stack.is_program
        # The pieces of the program are one frame to a person.
        outermost = bool(final) and is_program(final[-1])
        depth = self.debugger.stack.depth(frame)
        mine, identity = self.debugger.stack.mine(frame), self.debugger.stack.identity
        alive = {depth - index: identity(one) for index, one in enumerate(mine) if one in final}
        if frame is not None and is_at_start(frame):
            # It has had no line yet; one of its depth and id is a frame that has ended.
            alive.pop(depth, None)
        kept = [
            last
            for at, last in self._last.items()
            if alive.get(at) == last[0] or (outermost and "program" in last[2][-1])
        ]
        kept.sort(key=lambda last: last[1])
        return {"found": [told_of(noted) for _, _, noted in kept[-1:]], "count": len(kept)}


class Hits(Walk):
    """Where a breakpoint would have stopped the program."""

    points = True

    def __init__(self, debugger: "Debugger", most: int) -> None:
        super().__init__(debugger, most)
        self._entered: list[int] = []

    def entered(self, points: list[Point]) -> None:
        self._entered = [point.id for point in points]

    def line(self, frame: FrameType, line: int) -> int:
        entered, self._entered = self._entered, []
        points = self.debugger.points.at(frame.f_code, line)
        data = self.debugger.points.data
        if entered:
            self.note(frame, {"breakpoints": entered, "reason": "function-breakpoint"})
            return WATCH if points or data else PASS
        if not points and not data:
            return PASS
        met = [point.id for point in points if not point.message and point.is_met(frame)]
        changed = [(point.id, text) for point in data if (text := point.changed(frame))]
        if met or changed:
            ids = [*met, *(one for one, _ in changed)]
            reason = "breakpoint" if met else "data-breakpoint"
            text = {"text": changed[0][1]} if changed else {}
            self.note(frame, {"breakpoints": ids, "reason": reason, **text})
        return WATCH

    def raised(self, frame: FrameType, error: BaseException) -> None:
        filters = self.debugger.points.exceptions
        if filters.raised and filters.matches(error):
            self.note(frame, _described(error), raising=True)


class Raises(Walk):
    """Where exceptions came to the user's code."""

    lines = False
    raises = True

    def raised(self, frame: FrameType, error: BaseException) -> None:
        self.note(frame, _described(error), raising=True)


class Changes(Walk):
    """Lines before which an expression has another value than before the line that was noted last, or has one at last.

    In the frames of one function where `name` is given, else wherever it can be evaluated.
    """

    def __init__(self, debugger: "Debugger", most: int, want: Told) -> None:
        super().__init__(debugger, most)
        self._expression = Expression(str(want["expression"]))
        self._name = want.get("name")
        self._last: str | None = None
        self._was_unset = False
        self._first: Noted | None = None

    def line(self, frame: FrameType, line: int) -> int:
        if self._name and name_of(frame.f_code) != self._name:
            return PASS
        try:
            value = self._expression.value(frame)
        except Exception:
            self._was_unset = True
            return WATCH
        text = shown(value)
        if text != self._last:
            if self._last is not None:
                self.note(frame, {"value": text, "before": self._last, **_number(value)})
            elif self._was_unset:
                self.note(frame, {"value": text, **_number(value)})
            else:
                self._first = self.here(frame, {"value": text, **_number(value)})
            self._last = text
        return WATCH

    def told(self) -> Told:
        # With the ends of this piece the runtime sees what has changed between it and the next one.
        value = {"value": self._last} if self._last is not None else {"unset": True} if self._was_unset else {}
        return {**super().told(), **value, **({"first": told_of(self._first)} if self._first is not None else {})}


class Values(Walk):
    """What an expression, or a message, is at each passing of a line."""

    def __init__(self, debugger: "Debugger", most: int, want: Told) -> None:
        super().__init__(debugger, most)
        self._expression = Expression(str(want["expression"])) if want.get("expression") else None
        self._message = Message(str(want["message"])) if want.get("message") else None
        self._file = str(want["file"])
        self._line = int(want["line"])

    def line(self, frame: FrameType, line: int) -> int:
        if line != self._line or not _same_file(frame.f_code.co_filename, self._file):
            return PASS
        self.note(frame, self._value(frame))
        return WATCH

    def _value(self, frame: FrameType) -> Told:
        if self._message is not None:
            return {"value": self._message.text(frame)}
        if self._expression is None:
            return {}
        try:
            value = self._expression.value(frame)
        except Exception as error:
            return {"error": f"{type_name(error)}: {message_of(error)}"}
        return {"value": shown(value), **_number(value)}


class Index(Walk):
    """How many lines there are, and a picture: a sample each `every` lines, and marks. Counted by the recorder itself."""

    lines = False
    raises = True

    def __init__(self, debugger: "Debugger", most: int, want: Told) -> None:
        super().__init__(debugger, most)
        self._raised, self._written = Marks("exception"), Marks("output")
        self._unseen = 0
        debugger.recorder.begin_lines(0, int(want.get("every") or 0))
        debugger.parts.order.listen(self._wrote)

    def raised(self, frame: FrameType, error: BaseException) -> None:
        recorder = self.debugger.recorder
        at = self.debugger.stack.at(recorder.time, frame, raising=True)
        told = {"at": ".".join(str(int(part)) for part in at)}
        self._raised.add(recorder.time, recorder.lines, _described(error)["value"], told)

    def cut_short(self) -> None:
        self._unseen = 1

    def _wrote(self, data: memoryview) -> None:
        recorder = self.debugger.recorder
        text = bytes(data[:_MOST_OUTPUT]).decode("utf-8", "replace")
        # What one line writes piece by piece, as `print` does, is one output.
        if not self._written.extend(recorder.lines, text):
            self._written.add(recorder.time, recorder.lines, text)

    def told(self) -> Told:
        recorder = self.debugger.recorder
        self.debugger.parts.order.listen(None)
        lines = recorder.lines + self._unseen
        samples = recorder.end_lines()
        files = list(recorder.sample_files)
        marks = [*self._raised.told(), *self._written.told()]
        return {"found": [], "samples": samples, "files": files, "count": lines, "marks": marks}


def is_at_start(frame: FrameType) -> bool:
    """Whether a frame stands before its first line: nothing was executed but what prepares a function."""
    code = frame.f_code.co_code
    return all(opname[code[index]] in _PREPARING for index in range(0, max(frame.f_lasti, 0), 2))


def walk_of(want: Told, most: int, debugger: "Debugger") -> Walk:
    """The walk that the runtime asks for.

    Raises:
        ValueError, SyntaxError: There is none such.
    """
    kind = want.get("kind")
    if kind == "lines":
        cls = EachLine if want.get("scope", "any") == "any" else LinesOfStack
        return cls(debugger, most, want)
    if kind == "breakpoints":
        walk = Hits(debugger, most)
        walk.raises = debugger.points.exceptions.raised
        return walk
    if kind == "exceptions":
        return Raises(debugger, most)
    if kind in _WANTS:
        return _WANTS[kind](debugger, most, want)
    raise ValueError(f"nothing is noted that is called {kind!r}")


def shown(value: object) -> str:
    """A value in one line. Runs its `__repr__`."""
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type_name(error)}: {message_of(error)}>"
    return " ".join(text.split("\n"))[:_MOST_TEXT]


def _number(value: object) -> Told:
    if type(value) in (int, float) and -1e308 < value < 1e308:  # type: ignore[operator]
        return {"number": float(value)}  # type: ignore[arg-type]
    return {}


def _described(error: BaseException) -> Told:
    return {"value": f"{type_name(error)}: {message_of(error)}"[:_MOST_TEXT]}


def _same_file(one: str, other: str) -> bool:
    import os

    return one == other or os.path.realpath(one) == os.path.realpath(other)


_WANTS: dict[Any, Any] = {"change": Changes, "values": Values, "index": Index}

__all__ = ["Walk", "shown", "walk_of"]
