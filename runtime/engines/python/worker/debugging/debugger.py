"""The debugger of one worker: runs a program under the recorder, decides where it stands, and lets it go on.

It puts the other parts together. While the program stands, `standing` answers; what a stop means to a person, and where to go next,
is the runtime's.
"""

import _thread
import json
import sys
from contextlib import nullcontext
from types import FrameType, TracebackType
from typing import Any, Callable, NamedTuple

from hindsight_worker.conversation import Conversation
from hindsight_worker.debugging import exceptions, mine
from hindsight_worker.debugging.goals import PASS, STAND, WATCH, Continue, Lines, NextLine
from hindsight_worker.debugging.loaded import Loaded
from hindsight_worker.debugging.moments import Moments
from hindsight_worker.debugging.patience import Patience
from hindsight_worker.debugging.places import Stack
from hindsight_worker.debugging.points import Point, Points
from hindsight_worker.debugging.recorder import Recorder, make_recorder
from hindsight_worker.debugging.replaying import World
from hindsight_worker.debugging.standing import Standing
from hindsight_worker.debugging.threads import Threads
from hindsight_worker.debugging.walking import Walk
from hindsight_worker.frozen import Freezer
from hindsight_worker.interrupts import interrupts
from hindsight_worker.link import Link
from hindsight_worker.streams import Order

Frame = dict[str, Any]

# The instruction at which a function that has just been entered stands, at most: cells and arguments are copied first.
_FIRST_INSTRUCTIONS = 64


class Parts(NamedTuple):
    """What the worker gives to it."""

    link: Link
    order: Order
    conversation: Conversation
    freezer: Freezer
    #: Handles a frame that is not for the debugger, if it may be handled now.
    handle_aside: Callable[[Frame], bool]
    #: Serves a session with these globals; does not return.
    serve: Callable[[dict[str, Any]], None]
    generation: int


class Debugger:
    """One recorded evaluation. A context manager: what runs inside is the program."""

    def __init__(self, request: Frame, parts: Parts) -> None:
        """`request` is the `eval` frame: its `record`, `trace` and `points`."""
        options = request.get("record") or {}
        self.parts = parts
        #: The thread that is counted.
        self.main = _thread.get_ident()
        self.link = parts.link
        self.recorder: Recorder = make_recorder()
        is_mine = mine.all_code() if options.get("justMyCode") is False else mine.just_my_code()
        self.stack = Stack(is_mine, self.recorder.identity)
        self.loaded = Loaded(self.stack)
        self.world = World()
        self.warnings: list[str] = []
        self.is_tip = True
        self._is_child = self._has_begun = False
        #: The innermost of the user's frames, at the last event; and what it stands at, where it stands.
        self.frame: FrameType | None = None
        self.at_line = self.raising = False
        self.exception: exceptions.Seen | None = None
        #: What ends the run, where it ends at the latest, and what is noted on its way.
        self.goal: Continue = NextLine("entry") if options.get("stopOnEntry") else Continue()
        self.until: Continue | None = None
        self.walk: Walk | None = None
        #: Where the program was interrupted, in a copy that may come there: time, depth and line.
        self._interrupts: list[tuple[int, int, int]] = []
        #: Times at which a cursor takes snapshots on its way, ascending.
        self.drops: list[int] = []
        self._goal_is_near = self._until_is_near = False
        #: The time of the last event that was awaited, and how memory was used there.
        self.due = (0, "")
        #: Why a snapshot is to be taken at the next line.
        self._wanted = "start"
        self._copies = 0
        self.uses_points = options.get("breakpoints") is not False
        self.points = self._points_of(request.get("points"))
        #: The last of each id, also of such as are not set at the moment.
        self._known_points: dict[int, Point] = {}
        streams = (parts.order.channels[0].probe, parts.order.channels[1].probe)
        self.moments = Moments(parts.freezer, parts.link, streams, parts.generation, self.warn)
        self.standing = Standing(self)
        self.threads = Threads(self)

    def __enter__(self) -> "Debugger":
        recorder, world = self.recorder, self.world
        self.parts.order.aside = world.aside
        self.parts.conversation.through = lambda ask: world.through("input", ask)
        world.begin(
            lambda: recorder.time,
            self._on_effect,
            self.standing.diverged,
            self.standing.before_effect,
            Patience(self).watch,
            memory=recorder.aside,
        )
        recorder.watch_intruders(self._on_intruder)
        interrupts.on_raise = self._on_interrupt
        recorder.start(self.stack.is_mine_file, self._on_due)
        self.moments.begin(recorder)
        for point in self.points.all:
            if point.problem:
                self._on_problem(point.id, point.problem)
        self.threads.begin()
        self.arm()
        self._has_begun = True
        return self

    def __exit__(self, cls: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._is_child:
            return
        self.threads.wait()
        self.recorder.stop()
        if not self.is_tip:
            self.standing.at_the_end(error)
        told = {"time": self.recorder.time, "log": self.world.position, "recorder": self.recorder.kind}
        self.leave()
        self.tell_loaded()
        if error is not None and self._stops_at_the_end(error):
            self.standing.after_the_end(error)
        self.link.send({"type": "recorded", "fields": json.dumps({**told, "warnings": [*self.warnings, *self.world.warnings]})})

    def set_points(self, told: Frame) -> None:
        """Takes other breakpoints; those of now count from the next line on. One that was there before counts on."""
        self._known_points.update((point.id, point) for point in self.points.all)
        self.points = self._points_of(told)
        for point in self.points.all:
            point.go_on_from(self._known_points.get(point.id))

    def _points_of(self, told: Frame | None) -> Points:
        return Points(told, self._on_problem, self.world.aside, self._now)

    def _now(self) -> object:
        """The time; no two are equal in other threads, for which none passes."""
        return self.recorder.time if _thread.get_ident() == self.main else object()

    def arm(self) -> None:
        """Has the recorder watch what is needed from here: for the goal, for breakpoints, for what is noted."""
        recorder, goal, until, walk = self.recorder, self.goal, self.until, self.walk
        threads = self.threads
        now = recorder.time
        self._goal_is_near = 0 <= goal.alarm <= now
        self._until_is_near = until is not None and until.alarm <= now
        points = self.points if self._points_count() else _NO_POINTS
        counts = self._only_counts()
        if isinstance(goal, Lines):
            recorder.begin_lines(goal.count, 0)
        self._interrupts = [] if self.is_tip else [each for each in self.world.interrupts if each[0] >= now]
        lines = (goal.lines and self._goal_is_near) or points.has_lines or counts or (walk is not None and walk.lines)
        interrupted = any(time == now for time, _, _ in self._interrupts)
        if lines or self._wanted or self._until_is_near or interrupted or threads.wants_lines:
            recorder.watch_lines(self._on_line, None)
        else:
            recorder.unwatch_lines()
        recorder.watch_starts(self._on_start if points.functions or (counts and self.points.functions) else None)
        returns = goal.returns or points.exceptions.user_uncaught or threads.wants_returns
        recorder.watch_returns(self._on_return if returns else None)
        raises = (goal.raises and self._goal_is_near) or points.exceptions.raised or (walk is not None and walk.raises)
        if until is not None:
            raises = raises or (until.raises and self._until_is_near)
        recorder.watch_raises(self._on_raise if raises else None)
        times = (goal.alarm, until.alarm if until is not None else 0, *self.drops, *(time for time, _, _ in self._interrupts))
        recorder.set_alarm(min((at for at in times if at > now), default=0))

    def go(self, goal: Continue, until: Continue | None = None, walk: Walk | None = None) -> None:
        """Sets what the next run is for."""
        self.goal, self.until, self.walk = goal, until, walk
        self.arm()

    def tell_loaded(self) -> None:
        """Says which breakpoints the program cannot have met so far."""
        if self.is_tip and self.uses_points:
            for state in self.loaded.changes(self.points):
                self.link.send({"type": "breakpoint_changed", "breakpoint": state})

    def watch_all_lines(self) -> None:
        """Every line of the user's is looked at, until it is chosen anew what is needed."""
        self.recorder.watch_lines(self._on_line, None)

    @property
    def wants_line(self) -> bool:
        """Whether the next line in the main thread may be one to do something at."""
        return bool(self._wanted) or (self.goal.lines and self._goal_is_near)

    def warn(self, message: str) -> None:
        """Something that a person who looks at the trace should know."""
        if self.is_tip:
            self.warnings.append(message)

    def poll(self) -> None:
        """Takes what was sent while the program runs. For a signal handler."""
        # What comes before the program begins is taken at the next nudge.
        if not self._has_begun or not self.is_tip or self.link.sending or self.link.reading or not self.threads.floor.acquire(False):
            return
        try:
            with self.world.aside():
                if self.link.wait(0):
                    self.standing.take_aside(self.link.receive())
        finally:
            self.threads.floor.release()

    def mute(self) -> None:
        """In a cursor: nothing of what the program shows or asks reaches the runtime."""
        self.is_tip = False
        self.threads.mute()
        self.link.drop_received()
        self.parts.order.mute()
        self.parts.conversation.mute()
        self.moments.end(self.recorder)
        self.world.replay()

    def unmute(self) -> None:
        """A cursor becomes a program of its own: it is the tip of a branch."""
        self.is_tip = True
        self.until = self.walk = None
        self.drops = []
        self.warnings = []
        self.parts.order.unmute()
        self.parts.order.begin_anew()
        self.parts.conversation.mute(False)
        self.world.promote()
        self.moments.begin(self.recorder)
        self.threads.begin()

    def be_child(self) -> None:
        """In a process that the program has forked: it runs on by itself."""
        self._is_child = True
        self.leave()

    def leave(self) -> None:
        """Records no more, for good: what stands here goes on otherwise."""
        interrupts.on_raise = None
        self.threads.end()
        self.recorder.stop()
        self.world.end()
        self.parts.order.aside = nullcontext
        self.parts.conversation.through = lambda ask: ask()

    def take(self, why: str) -> str:
        """Takes a snapshot here; in a cursor of it, returns when the cursor is to run. Answers its id."""
        frame = self.frame
        if frame is None or not self.recorder.running:
            return ""
        with self.world.aside():
            is_cursor, name = self.moments.take(
                self.recorder, self.stack, frame, self.world.position, why, at_line=self.at_line, raising=self.raising
            )
            if is_cursor:
                # What was to be taken next was for the program itself, or for the copy that went before.
                self._wanted, self.drops = "", []
                self._copies += 1
                self.standing.as_cursor()
        return name

    def note_effect(self) -> None:
        """Something acts on the outside world: a snapshot at the next line keeps every replay behind it."""
        self._wanted = "effect"
        self.recorder.watch_lines(self._on_line, None)

    def _points_count(self) -> bool:
        """Breakpoints are for runs that may meet them, not for one to a moment that is known.

        Who only records does not want the program to stop; who goes through it afterwards does.
        """
        if self.walk is not None:
            return self.walk.points
        return (self.uses_points or not self.is_tip) and self.goal.stops

    def _on_due(self, frame: FrameType) -> None:
        self.frame, self.at_line = frame, False
        if not self.is_tip:
            self.due = (self.recorder.time, self.recorder.memory())
        try:
            self._at_due(frame)
        finally:
            self.frame = None

    def _at_due(self, frame: FrameType) -> None:
        recorder, goal = self.recorder, self.goal
        if isinstance(goal, Lines) and recorder.lines == goal.count:
            self.at_line = True
            self.standing.stand(goal.reason)
            self._end_where_interrupted(frame, frame.f_lineno)
            return
        now = recorder.time
        if self.drops and self.drops[0] <= now:
            self.drops = [at for at in self.drops if at > now]
            self.take("near")
        elif self.is_tip and now != goal.alarm:
            self.take("clock")
            return
        self.arm()

    def _on_line(self, frame: FrameType, line: int) -> bool:
        if _thread.get_ident() != self.main:
            return self.threads.on_line(frame, line)
        self.threads.hold()
        self.frame, self.at_line = frame, True
        try:
            told = self._at_line(frame, line)
            # Where lines are counted up to this one it is told next that it stands here.
            if not (isinstance(self.goal, Lines) and self.recorder.lines == self.goal.count):
                self._end_where_interrupted(frame, line)
            return told
        finally:
            # Held for longer it would keep its variables alive after its end: what is deleted with them would run at another time.
            self.frame = None

    def _at_line(self, frame: FrameType, line: int) -> bool:
        if self._wanted and self._take_wanted():
            return True
        until, walk, goal = self.until, self.walk, self.goal
        told = self._count_hits(frame, line) if self._only_counts() else PASS
        if until is not None and self._until_is_near:
            told = max(told, until.line(frame, line))
            if told == STAND:
                self.standing.stand("until")
                return True
        if walk is not None:
            with self.world.aside():
                return max(told, walk.line(frame, line)) != PASS
        if self._points_count():
            points = self.points.at(frame.f_code, line)
            if points or self.points.data:
                with self.world.aside():
                    stopping, reason, text = self.met(points, frame, line)
                    if stopping:
                        self.standing.stand(reason, stopping, text)
                        return True
                told = WATCH
        if goal.lines and self._goal_is_near:
            told = max(told, goal.line(frame, line))
        if told == STAND:
            self.standing.stand(goal.reason)
        return told != PASS or self.threads.wants_lines

    def _only_counts(self) -> bool:
        """In a copy that runs to a moment breakpoints stop nobody; where it then goes on, they have been met as often as in the run itself."""
        return self.points.counting and not self.is_tip and self.walk is None and not self._points_count()

    def _count_hits(self, frame: FrameType, line: int) -> int:
        points = self.points.at(frame.f_code, line)
        if not points:
            return PASS
        with self.world.aside():
            for point in points:
                point.is_met(frame)
        return WATCH

    def met(self, points: list[Point], frame: FrameType, line: int) -> tuple[list[Point], str, str]:
        """Those to stand for of breakpoints at this line, and of values that have changed; why, and what changed. Logs what is to be logged."""
        met = [point for point in points if point.is_met(frame)]
        if not met and not self.points.data:
            return _NONE_MET
        self._log([point for point in met if point.message], frame, line)
        stopping = [point for point in met if not point.message]
        changes = [(point, text) for point in self.points.data if (text := point.changed(frame))]
        text = "; ".join(text for _, text in changes)
        reason = "breakpoint" if stopping else "data-breakpoint"
        return [*stopping, *(point for point, _ in changes)], reason, text

    def _log(self, points: list[Point], frame: FrameType, line: int) -> None:
        if not self.is_tip:
            return
        for point in points:
            self.parts.order.settle()
            told = {"breakpoint": point.id, "file": frame.f_code.co_filename, "line": line}
            self.link.send({"type": "logged", "message": point.message.text(frame) if point.message else "", **told})

    def _on_start(self, frame: FrameType) -> None:
        if frame.f_lasti > _FIRST_INSTRUCTIONS:
            return  # It goes on, after a yield.
        if _thread.get_ident() != self.main:
            self.threads.on_start(frame)
            return
        points = [point for point in self.points.of(frame) if point.is_met(frame)]
        if not points or self._only_counts():
            return
        if self.walk is not None:
            # It is noted at its first line, which may have been passed by before.
            self.walk.entered(points)
            self.recorder.watch_lines(self._on_line, None)
            return
        self.standing.met = points
        self.go(NextLine("function-breakpoint"), self.until)

    def _on_return(self, frame: FrameType, kind: str, value: object) -> None:
        if _thread.get_ident() != self.main:
            self.threads.on_return(frame, kind, value)
            return
        self.goal.returned(frame, kind)
        if self._points_count() and isinstance(value, BaseException) and self.leaves_uncaught(frame, kind, value):
            self._stand_in(frame, value, "userUncaught")

    def leaves_uncaught(self, frame: FrameType, kind: str, value: object) -> bool:
        """Whether an exception leaves this frame for a library's, and a person wants to stop at that."""
        filters = self.points.exceptions
        if kind != "unwind" or not filters.user_uncaught or not isinstance(value, BaseException):
            return False
        return self.stack.leaves_for_library(frame) and filters.matches(value)

    def _on_raise(self, frame: FrameType, error: BaseException) -> None:
        if _thread.get_ident() != self.main:
            self.threads.on_raise(frame, error)
            return
        goal, until, walk = self.goal, self.until, self.walk
        if until is not None and self._until_is_near and until.raised(frame):
            self._stand_in(frame, error, "raised", "until")
        elif goal.raises and self._goal_is_near and goal.raised(frame):
            self._stand_in(frame, error, "raised", goal.reason)
        elif not exceptions.begins_here(error, frame, self.stack):
            return
        elif walk is not None:
            walk.raised(frame, error)
        elif self._points_count() and self.points.exceptions.raised and self.points.exceptions.matches(error):
            self._stand_in(frame, error, "raised")

    def _stand_in(self, frame: FrameType, error: BaseException, mode: str, reason: str = "exception") -> None:
        self.frame, self.at_line, self.raising = frame, False, True
        self.exception = exceptions.Seen(error, mode)
        try:
            self.standing.stand(reason)
        finally:
            self.raising, self.exception, self.frame = False, None, None

    def _stops_at_the_end(self, error: BaseException) -> bool:
        filters = self.points.exceptions
        is_wanted = self.uses_points and filters.uncaught and filters.matches(error)
        return is_wanted and not isinstance(error, (SystemExit, KeyboardInterrupt))

    def _take_wanted(self) -> bool:
        """True in a cursor of the snapshot: it goes on from this line, and is not to stand at it once more."""
        why, self._wanted = self._wanted, ""
        before = self._copies
        self.take(why)
        if self._copies != before:
            return True
        self.arm()
        for point in self.points.data:
            if self.frame is not None and not point.has_begun:
                point.begin(self.frame)
        return False

    def _on_effect(self, _kind: str, _target: str) -> None:
        if self.is_tip and not self._wanted and self.recorder.running and not self.standing.is_standing:
            self.note_effect()

    def _end_where_interrupted(self, frame: FrameType, line: int) -> None:
        """Does not return from a line that nothing but a person has ended."""
        if self._interrupts and (self.recorder.time, self.stack.depth(frame), line) in self._interrupts:
            self.standing.before_effect("the program was interrupted here")

    def _on_interrupt(self) -> None:
        frame = self.stack.innermost(sys._getframe()) if self.is_tip and self.recorder.running else None
        if frame is not None and not self.standing.is_standing:
            self.world.interrupted(self.recorder.time, self.stack.depth(frame), frame.f_lineno)
            self.note_effect()

    def _on_problem(self, identifier: int, message: str) -> None:
        if self.is_tip:
            state = {"id": identifier, "verified": True, "message": message}
            self.link.send({"type": "breakpoint_changed", "breakpoint": state})

    def _on_intruder(self, name: str) -> None:
        """The program has a tool of its own from here on, which must see none of ours: neither events nor what was exchanged."""
        if not self.recorder.running or (self.standing.is_standing and not self.is_tip):
            return  # What is evaluated in the past is nobody's program.
        if not self.is_tip:
            self.recorder.stop()
            self.standing.at_the_end(None)
        self.warn(f"The program called {name}: recording has ended there.")
        self.leave()
        message = f"The program called {name}, which cannot be used while it is recorded; from here on it runs unrecorded."
        self.link.send({"type": "notice", "level": "warning", "message": message})


_NONE_MET: tuple[list[Point], str, str] = ([], "", "")
_NO_POINTS = Points(None, lambda *_: None)
