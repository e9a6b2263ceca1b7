"""The breakpoints of a session, as a running program meets them: which are at this line, function or exception.

Knows conditions and frames. What a program does that has met one is the debugger's.
"""

import os
from contextlib import AbstractContextManager, nullcontext
from types import CodeType, FrameType
from typing import Any, Callable, Iterator, NamedTuple

from hindsight_worker.debugging.conditions import Expression, Hits, Message
from hindsight_worker.debugging.places import name_of

Told = dict[str, Any]
_MISSING = object()


class Point:
    """One breakpoint with its conditions. A condition that fails is told once, and stops."""

    def __init__(self, told: Told, on_problem: Callable[[int, str], None], now: Callable[[], object]) -> None:
        self.id = int(told["id"])
        self._now = now
        self.told = told
        self._on_problem = on_problem
        self.problem = ""
        self._condition: Expression | None = self._understood("condition", told.get("condition"), Expression)
        self._hits: Hits | None = self._understood("hit condition", told.get("hitCondition"), Hits)
        self.message: Message | None = self._understood("message", told.get("logMessage"), Message)

    def is_met(self, frame: FrameType) -> bool:
        """Whether to stop, or to log, here."""
        condition = self._condition
        if condition is not None:
            try:
                if not condition.value(frame):
                    return False
            except Exception as error:
                if self.problem:
                    return False
                self.problem = f"the condition {condition.text!r} raised {type(error).__name__}: {error}"
                self._on_problem(self.id, self.problem)
                return True
        return self._hits is None or self._hits.hit((self._now(), id(frame), frame.f_lasti))

    @property
    def counts(self) -> bool:
        """Whether it asks how often it was met."""
        return self._hits is not None

    def go_on_from(self, former: "Point | None") -> None:
        """It counts on from there, if that is the same one."""
        if former is not None and former.told == self.told:
            self._hits = former._hits

    def _understood(self, what: str, text: str | None, make: Callable[[str], Any]) -> Any:
        """What is made of a text of the user; None where there is none, or it is not understood, which is the problem of this breakpoint."""
        if text is None or not text.strip():
            return None
        try:
            return make(text)
        except (SyntaxError, ValueError) as error:
            self.problem = f"the {what} {text!r} is not understood, so it stops each time: {getattr(error, 'msg', None) or error}"
            return None


class ExceptionFilter(NamedTuple):
    """Which exceptions stop a program."""

    raised: bool
    uncaught: bool
    user_uncaught: bool
    names: tuple[str, ...]
    excluded: tuple[str, ...]

    def matches(self, error: BaseException) -> bool:
        """Whether it is one of the classes, or of their subclasses, that were named."""
        names = {name for cls in type(error).__mro__ for name in (cls.__name__, f"{cls.__module__}.{cls.__qualname__}")}
        if names.intersection(self.excluded):
            return False
        return not self.names or bool(names.intersection(self.names))


class DataPoint(Point):
    """Stops where the value of an expression has changed since the line before."""

    def __init__(self, told: Told, on_problem: Callable[[int, str], None], now: Callable[[], object]) -> None:
        super().__init__(told, on_problem, now)
        self._expression = Expression(str(told["dataId"]).partition(":")[2] or str(told["dataId"]))
        self._last: Any = _MISSING
        self.has_begun = False

    def begin(self, frame: FrameType) -> None:
        """The value of now is the one to compare with."""
        self.has_begun = True
        self._last = self._text(frame)

    def changed(self, frame: FrameType) -> str | None:
        """From what to what, where it has changed; None where it has not, or does not exist here."""
        now = self._text(frame)
        if now is _MISSING or now == self._last:
            return None
        before, self._last = self._last, now
        if before is _MISSING or not self.is_met(frame):
            return None
        return f"{self._expression.text}: {before} → {now}"

    def _text(self, frame: FrameType) -> Any:
        try:
            return repr(self._expression.value(frame))[:200]
        except Exception:
            return _MISSING


class Points:
    """All breakpoints."""

    def __init__(
        self,
        told: Told | None,
        on_problem: Callable[[int, str], None],
        aside: Callable[[], AbstractContextManager[None]] = nullcontext,
        now: Callable[[], object] = lambda: 0,
    ) -> None:
        """What the program may meet.

        Args:
            told: `breakpoints` of the protocol.
            on_problem: Is given an id and a sentence.
            aside: `World.aside`.
            now: The time of the trace; in another thread, for which none passes, what is equal to nothing else.
        """
        told = told or {}
        self._aside = aside
        self._by_line: dict[str, dict[int, list[Point]]] = {}
        for one in told.get("lines") or ():
            lines = self._by_line.setdefault(real_file(one["file"]), {})
            lines.setdefault(int(one["line"]), []).append(Point(one, on_problem, now))
        self._files: dict[str, dict[int, list[Point]]] = {}
        self.functions = [Point(one, on_problem, now) for one in told.get("functions") or ()]
        self.exceptions = _filter_of(told.get("exceptions") or {})
        self.data = [DataPoint(one, on_problem, now) for one in told.get("data") or ()]
        #: Whether any of lines or functions asks how often it was met.
        self.counting = any(point.counts for point in (*(point for _, point in self.of_files()), *self.functions))

    @property
    def all(self) -> list[Point]:
        """Each of them, whatever its kind."""
        return [*(point for _, point in self.of_files()), *self.functions, *self.data]

    def of_files(self) -> Iterator[tuple[str, Point]]:
        """Those of lines, each with its file, links followed."""
        for file, by_line in self._by_line.items():
            for points in by_line.values():
                for point in points:
                    yield file, point

    @property
    def has_lines(self) -> bool:
        """Whether any is asked at lines."""
        return bool(self._by_line or self.data)

    def at(self, code: CodeType, line: int) -> list[Point]:
        """Those at a line of a file. Fast: it is asked at each line that is watched."""
        name = code.co_filename
        lines = self._files.get(name)
        if lines is None:
            # The program has not asked for this.
            with self._aside():
                lines = self._files[name] = self._by_line.get(real_file(name), {})
        return lines.get(line, _NONE)

    def of(self, frame: FrameType) -> list[Point]:
        """Those of the function that a frame has begun to run."""
        if not self.functions:
            return _NONE
        code = frame.f_code
        qualified = name_of(code)
        names = {code.co_name, qualified, f"{frame.f_globals.get('__name__', '')}.{qualified}"}
        return [point for point in self.functions if point.told["name"] in names]


_NONE: list[Point] = []


def real_file(file: str) -> str:
    """Its name with links followed; that of code in no file as it is."""
    return file if file.startswith("<") else os.path.normcase(os.path.realpath(file))


def _filter_of(told: Told) -> ExceptionFilter:
    names = [name.strip() for name in str(told.get("condition") or "").split(",") if name.strip()]
    return ExceptionFilter(
        bool(told.get("raised")),
        bool(told.get("uncaught")),
        bool(told.get("userUncaught")),
        tuple(name for name in names if not name.startswith("!")),
        tuple(name[1:] for name in names if name.startswith("!")),
    )
