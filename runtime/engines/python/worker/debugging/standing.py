"""A program that stands: says where, and answers the runtime's `debug` frames until it may go on.

The same at the tip and in a cursor; what a cursor may not do, it refuses. Knows the frames of docs/debugging.md. How a run is
watched is the debugger's.
"""

import json
import os
import sys
import traceback
from types import FrameType
from typing import TYPE_CHECKING, Any, Callable

from hindsight_worker import forking
from hindsight_worker.debugging import assigning, evaluating, executing, looking, scopes
from hindsight_worker.debugging.exceptions import Seen
from hindsight_worker.debugging.goals import Continue, Lines, Moment, NextLine, Time, goal_of
from hindsight_worker.debugging.places import At, line_begin, name_of, place_of
from hindsight_worker.debugging.points import Point
from hindsight_worker.debugging.walking import Walk, walk_of
from hindsight_worker.link import LetGo
from hindsight_worker.look.throwaway import closes_in_child

if TYPE_CHECKING:
    from hindsight_worker.debugging.debugger import Debugger
    from hindsight_worker.debugging.threads import Where

Frame = dict[str, Any]

# How a `debug` frame was handled: it stands on, or it runs.
_STANDS, _RUNS = False, True


class Refused(Exception):
    """What was asked cannot be done; `code` is one of the protocol's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Standing:
    """What is said and answered while the program stands."""

    def __init__(self, debugger: "Debugger") -> None:
        self._debugger = debugger
        self.is_standing = False
        #: Breakpoints that the next stop is for.
        self.met: list[Point] = []
        #: The request that a run of a cursor answers.
        self._pending: int | None = None
        self._has_ended = False
        self._kept: list[Frame] = []
        self._actions: dict[str, Callable[[Frame], bool]] = {
            "points": self._points, "go": self._go, "run": self._run, "walk": self._walk, "drop": self._drop,
            "tell": self._tell, "look": self._look, "assign": self._assign, "moment": self._moment, "end": self._end,
            "promote": self._promote,
        }  # fmt: skip

    def stand(self, reason: str, points: list[Point] | None = None, text: str = "") -> None:
        """Stands where the debugger's frame is, or another thread that has the floor, until it may go on."""
        debugger, threads = self._debugger, self._debugger.threads
        if threads.standing is not None:
            self._stand_at_tip(reason, points or [], text)
            return
        met, self.met = points or self.met, []
        with debugger.world.aside():
            if debugger.is_tip:
                with threads.floor:
                    threads.gather()
                    self._stand_at_tip(reason, met, text)
            else:
                self._arrive(reason, met, text)
                self._converse()

    def _stand_at_tip(self, reason: str, met: list[Point], text: str) -> None:
        debugger = self._debugger
        self.is_standing = True
        debugger.parts.order.settle()
        name = debugger.take("stop")
        # A cursor of that snapshot comes back from it when it is to run.
        if not debugger.is_tip:
            return
        debugger.tell_loaded()
        told = {**self._stop(met, text), "copied": bool(name)}
        debugger.link.send({"type": "stopped", "reason": reason, "fields": json.dumps(told)})
        self._converse()

    @property
    def _here(self) -> "Debugger | Where":
        """What stands: another thread, or the main one, which the debugger itself keeps."""
        return self._debugger.threads.standing or self._debugger

    def as_cursor(self) -> None:
        """This process is a copy of the program at an earlier time: it waits to be told where to run."""
        debugger = self._debugger
        if debugger.is_tip:
            debugger.mute()
            closes_in_child(debugger.link)
        self._kept.clear()
        self._converse()

    def before_effect(self, text: str) -> None:
        """A cursor has come to what acted outside, or to an interruption: the piece of the past that it can run ends here. It does not return."""
        debugger = self._debugger
        self._has_ended = True
        debugger.recorder.stop()
        debugger.frame, debugger.at_line = debugger.stack.innermost(sys._getframe()), False
        with debugger.world.aside():
            if debugger.walk is not None:
                debugger.walk.cut_short()
            self._arrive("effect" if debugger.walk is None else "until", [], text)
            self._converse()
        os._exit(0)

    def diverged(self, text: str) -> None:
        """The program does not do what was recorded; it does not go on."""
        debugger = self._debugger
        if debugger.is_tip:
            debugger.warn(text)
            return
        self._has_ended = True
        debugger.recorder.stop()
        with debugger.world.aside():
            self._arrive("diverged", [], text)
            self._converse()
        os._exit(0)

    def at_the_end(self, error: BaseException | None) -> None:
        """A cursor has come to the end of the program. It does not return."""
        self._has_ended = True
        if error is not None:
            self._debugger.exception = Seen(error, "uncaught")
        with self._debugger.world.aside():
            self._arrive("end", [], "")
            self._converse()
        os._exit(0)

    def after_the_end(self, error: BaseException) -> None:
        """The program has ended with an exception at which a person wants to stop."""
        debugger = self._debugger
        debugger.frame = None
        told = {"exception": Seen(error, "uncaught").told(), "ended": True, "time": debugger.recorder.time}
        debugger.parts.order.settle()
        debugger.link.send({"type": "stopped", "reason": "exception", "fields": json.dumps(told)})
        self._has_ended = True
        self._converse()

    def take_aside(self, frame: Frame) -> bool:
        """Handles a frame that came while the program runs or waits for input; keeps what is not for now."""
        if frame.get("type") != "debug":
            self._kept.append(frame)
        elif frame.get("do") == "points":
            self._answered(frame, self._points)
            self._debugger.arm()
        elif frame.get("do") == "pause" and not self._debugger.recorder.running:
            self._fail(frame["n"], "not-stopped", "recording has ended: the program runs on with a tool of its own, and cannot be paused")
        elif frame.get("do") == "pause":
            self._debugger.threads.pause()
            self._debugger.go(NextLine("pause"))
            self._answer(frame["n"], self._within())
        else:
            self._fail(frame["n"], "not-stopped", "the program runs; pause it first")
        return True

    def give_back(self) -> None:
        """What came for others than the debugger is theirs from now on."""
        kept, self._kept = self._kept, []
        self._debugger.link.unreceive(kept)

    def _converse(self) -> None:
        debugger = self._debugger
        self.is_standing = True
        is_beside = debugger.threads.standing is not None
        if is_beside:
            debugger.link.begin_beside()
        try:
            while True:
                frame = debugger.link.receive(beside=is_beside)
                if frame.get("type") != "debug":
                    if not debugger.parts.handle_aside(frame):
                        self._kept.append(frame)
                elif self._answered(frame, self._actions.get(str(frame.get("do")), self._unknown)):
                    return
        except LetGo:
            return
        except EOFError:
            forking.end_group()
        finally:
            self.is_standing = False
            if is_beside:
                debugger.link.end_beside()

    def _within(self) -> Frame:
        """Where the program is, of whose code a signal handler has interrupted something: what it calls may take long."""
        frame = self._debugger.stack.innermost(sys._getframe())
        return {} if frame is None else {"where": f"within line {frame.f_lineno} of {os.path.basename(frame.f_code.co_filename)}"}

    def _answered(self, frame: Frame, action: Callable[[Frame], bool]) -> bool:
        try:
            return action(frame)
        except (Refused, looking.Failed, evaluating.Failed) as refused:
            self._fail(frame["n"], refused.code, str(refused))
        except (ValueError, KeyError, TypeError, SyntaxError) as error:
            self._fail(frame["n"], "invalid-request", f"{type(error).__name__}: {error}")
        except Exception:
            self._fail(frame["n"], "internal", traceback.format_exc())
        return _STANDS

    def _points(self, frame: Frame) -> bool:
        self._debugger.set_points(frame["points"])
        states = [{"id": one.id, "message": one.problem} for one in self._debugger.points.all if one.problem]
        self._answer(frame["n"], {"breakpoints": states})
        return _STANDS

    def _go(self, frame: Frame) -> bool:
        debugger = self._debugger
        if not debugger.is_tip:
            raise Refused("invalid-request", "a cursor runs by `run`")
        if self._has_ended:
            self._answer(frame["n"], {})
            return _RUNS
        ident, goal = self._thread_of(frame), self._goal(frame)
        self._answer(frame["n"], {})
        is_main = ident == debugger.main
        debugger.threads.go(ident, None if is_main else goal)
        debugger.go(goal if is_main else Continue())
        return _RUNS

    def _run(self, frame: Frame) -> bool:
        return self._start(frame, self._goal(frame), None)

    def _walk(self, frame: Frame) -> bool:
        debugger = self._debugger
        walk = walk_of(frame["want"], int(frame.get("most") or 1), debugger)
        return self._start(frame, Continue(), walk)

    def _drop(self, frame: Frame) -> bool:
        debugger = self._debugger
        now = debugger.recorder.time
        debugger.drops = sorted(at for at in {int(at) for at in frame["distances"]} if at > now)
        return self._start(frame, Continue(), None)

    def _start(self, frame: Frame, goal: Continue, walk: Walk | None) -> bool:
        """Lets a cursor run; it answers when it stands again, which may be here."""
        debugger = self._debugger
        if debugger.is_tip:
            raise Refused("invalid-request", "the program itself goes on by `go`")
        self._pending = frame["n"]
        debugger.walk = walk
        if self._has_ended:
            self._arrive("end", [], "")
            return _STANDS
        until = _until_of(frame.get("until"), debugger) if frame.get("until") else None
        if frame.get("do") == "drop":
            goal.stops = False
        reason = self._is_here(goal, until)
        if reason:
            self._arrive(reason, [], "")
            return _STANDS
        if debugger.at_line and debugger.frame is not None:
            if walk is not None:
                walk.line(debugger.frame, debugger.frame.f_lineno)
            elif frame.get("here") and (met := self._met_here(debugger.frame)):
                self._arrive("breakpoint", met, "")
                return _STANDS
        debugger.go(goal, until, walk)
        return _RUNS

    def _met_here(self, frame: FrameType) -> list[Point]:
        points = self._debugger.points.at(frame.f_code, frame.f_lineno)
        return [point for point in points if not point.message and point.is_met(frame)]

    def _is_here(self, goal: Continue, until: Continue | None) -> str:
        for wanted, reason in ((until, "until"), (goal, goal.reason)):
            if wanted is None or not self._stands_at(wanted):
                continue
            return reason
        return ""

    def _stands_at(self, goal: Continue) -> bool:
        debugger = self._debugger
        frame = debugger.frame
        if frame is None or not (debugger.at_line or debugger.raising):
            return False
        if isinstance(goal, Moment):
            is_time = goal.at.time == debugger.recorder.time and goal.at.raising == debugger.raising
            return is_time and goal.is_here(frame)
        if isinstance(goal, Lines):
            return goal.count == 0
        return isinstance(goal, Time) and debugger.at_line and debugger.recorder.time >= goal.alarm

    def _tell(self, frame: Frame) -> bool:
        debugger = self._debugger
        told: Frame = {"time": debugger.recorder.time, "log": debugger.world.position, "stack": self._stack(self._here.frame)}
        self._answer(frame["n"], {**told, **self._place()})
        return _STANDS

    def _look(self, frame: Frame) -> bool:
        debugger = self._debugger
        if frame.get("what") == "threads":
            self._answer(frame["n"], {"threads": debugger.threads.told()})
            return _STANDS
        innermost = self._innermost(frame)
        if debugger.is_tip and frame.get("what") == "evaluate" and frame.get("context") == "repl":
            return self._keep(frame, executing.execute(frame, innermost, debugger.stack))
        self._answer(frame["n"], looking.look(frame, innermost, debugger.stack, self._here.exception))
        return _STANDS

    def _assign(self, frame: Frame) -> bool:
        return self._keep(frame, assigning.assign(frame, self._innermost(frame), self._debugger.stack))

    def _thread_of(self, frame: Frame) -> int:
        """The thread that a request is about: the one that it names, else the one that stands."""
        threads, number = self._debugger.threads, frame.get("thread")
        if number is None:
            return self._debugger.main if threads.standing is None else threads.standing.ident
        ident = threads.ident_of(int(number))
        if ident is None:
            raise Refused("invalid-request", f"there is no thread {number}")
        return ident

    def _innermost(self, frame: Frame) -> FrameType | None:
        if frame.get("thread") is None:
            return self._here.frame
        found = self._debugger.threads.frame_of(self._thread_of(frame))
        if found is None:
            raise Refused("invalid-request", f"thread {frame['thread']} has ended")
        return found

    def _keep(self, frame: Frame, told: Frame) -> bool:
        """The program was changed: no replay passes that."""
        debugger = self._debugger
        if debugger.is_tip:
            debugger.take("edit")
            if not debugger.is_tip:
                return _RUNS
        self._answer(frame["n"], told)
        return _STANDS

    def _moment(self, frame: Frame) -> bool:
        debugger = self._debugger
        was_tip, pending = debugger.is_tip, self._pending
        name = debugger.take("asked" if was_tip else "near")
        if not name:
            raise Refused("snapshot-failed", "no snapshot could be taken here")
        if debugger.is_tip != was_tip or self._pending != pending:
            return _RUNS
        self._answer(frame["n"], {"id": name})
        return _STANDS

    def _promote(self, frame: Frame) -> bool:
        """A cursor is a worker from now on: with `idle` a session whose globals are those of a frame, else the tip of a branch."""
        debugger = self._debugger
        if debugger.is_tip or debugger.frame is None:
            raise Refused("invalid-request", "only a copy of the past can become a branch")
        debugger.unmute()
        paths = (str(frame["stdout"]), str(frame["stderr"]))
        for path in paths:
            os.mkfifo(path, 0o600)
        self._answer(frame["n"], {})
        debugger.parts.freezer.reach_out(*paths)
        if frame.get("idle"):
            debugger.leave()
            target = scopes.frame_at(debugger.frame, int(frame.get("frame") or 0), debugger.stack.is_mine) or debugger.frame
            # What is called by a tracer is not traced itself; this lifts that, so that what is evaluated can be recorded.
            sys.call_tracing(debugger.parts.serve, (scopes.laid_over(target),))
            forking.end_group()
        return _STANDS

    def _end(self, frame: Frame) -> bool:
        if self._debugger.is_tip:
            raise Refused("invalid-request", "the program itself is ended by its session")
        os._exit(0)

    def _unknown(self, frame: Frame) -> bool:
        raise Refused("invalid-request", f"nothing is called {frame.get('do')!r}")

    def _goal(self, frame: Frame) -> Continue:
        innermost = self._innermost(frame)
        if innermost is None:
            raise Refused("not-stopped", "the program has not begun")
        return goal_of(frame.get("goal") or {}, innermost, self._debugger.stack)

    def _arrive(self, reason: str, points: list[Point], text: str) -> None:
        """Answers the request by which a cursor ran."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        debugger = self._debugger
        walk, debugger.walk = debugger.walk, None
        noted = {} if walk is None else walk.told()
        self._answer(pending, {"reason": reason, **self._stop(points, text), **noted, **self._memory()})

    def _memory(self) -> Frame:
        here = self._debugger.recorder.memory()
        time, due = self._debugger.due
        return {"memory": {"time": time, "due": due, "here": here}} if here else {}

    def _stop(self, points: list[Point], text: str) -> Frame:
        exception = self._here.exception
        return {
            **self._place(),
            **({"threads": True} if self._debugger.world.runs_threads and not self._debugger.is_tip else {}),
            **({"breakpoints": [point.id for point in points]} if points else {}),
            **({"text": text} if text else {}),
            **({"exception": exception.told()} if exception is not None else {}),
        }

    def _place(self) -> Frame:
        debugger, here = self._debugger, self._here
        frame = here.frame
        if frame is None or self._has_ended or not (here.at_line or here.raising):
            return {"time": debugger.recorder.time}
        at = debugger.stack.at(debugger.recorder.time, frame, here.raising)
        return {"place": {**place_of(at, frame), **self._beside()}}

    def _beside(self) -> Frame:
        """Of another thread that stands: which it is, and where the main one is meanwhile."""
        debugger, threads = self._debugger, self._debugger.threads
        if threads.standing is None:
            return {}
        told: Frame = {"thread": threads.described(threads.standing.ident)}
        main = debugger.stack.innermost(threads.frame_of(debugger.main))
        if main is not None:
            told["main"] = At(debugger.recorder.time, debugger.stack.depth(main), line_begin(main)).told()
        return told

    def _stack(self, one: FrameType | None) -> list[Frame]:
        """Innermost first. `code` names what a frame runs; `instruction` where in it."""
        told: list[Frame] = []
        while one is not None:
            code = one.f_code
            where = {"name": name_of(code), "file": code.co_filename, "line": one.f_lineno, "instruction": one.f_lasti}
            told.append({**where, "first": code.co_firstlineno, "mine": self._debugger.stack.is_mine(code)})
            one = one.f_back
        return told

    def _answer(self, n: int, fields: Frame) -> None:
        self._debugger.link.send({"type": "debugged", "n": n, "ok": True, "fields": json.dumps(fields)})

    def _fail(self, n: int, code: str, message: str) -> None:
        error = {"code": code, "message": message}
        self._debugger.link.send({"type": "debugged", "n": n, "ok": False, "error": error})


def _until_of(told: Frame, debugger: "Debugger") -> Continue:
    if "depth" in told:
        return Moment(At.of(told), debugger.stack)
    return Time(int(told["time"]))
