"""The worker: one session's process. Takes frames one by one and evaluates; blocks on its link when idle.

Single-threaded, so that it can be forked at any time. Puts the features together; each is in its own file.
"""

import _thread
import atexit
import os
import signal
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from hindsight_worker import children, displaying, durable, effects, figures, forking, importing, inputs
from hindsight_worker import native, roles, shadow, world
from hindsight_worker.answers import sendable
from hindsight_worker.conversation import Conversation
from hindsight_worker.deadline import within
from hindsight_worker.direct_streams import DirectOrder
from hindsight_worker.evaluation import Evaluator
from hindsight_worker.event_loop import EventLoop
from hindsight_worker.identity import identity
from hindsight_worker.interrupts import interrupts
from hindsight_worker.link import Link
from hindsight_worker.look.serving import reply
from hindsight_worker.streams import Order
from hindsight_worker.threaded_link import ThreadedLink

try:
    from hindsight_worker.frozen import THAWED, Freezer
    from hindsight_worker.taking import POLICIES, Taking
except (ImportError, AttributeError, OSError):
    # No fork, or no ctypes: no states are taken.
    POLICIES = ()  # type: ignore[assignment]

if TYPE_CHECKING:
    from hindsight_worker.debugging.debugger import Debugger

Frame = dict[str, Any]

_EXIT_SECONDS = 1.0
# Who has had nothing to do for so long waits in the pool.
_POOLED_SECONDS = 0.02


def run(start: "roles.Start") -> None:
    """Serves a session until its link closes; does not return."""
    if not start.fork and hasattr(os, "setsid"):
        _lead_group()
    link = roles.open_link(start)
    worker = Worker(start, link if start.fork else ThreadedLink(link))
    try:
        worker.serve()
    except (EOFError, OSError):
        forking.end_group()


class Worker:
    """The session's loop and its parts."""

    def __init__(self, start: "roles.Start", link: Link) -> None:
        identity.begin(start.id)
        self._start = start
        self._link = link
        self._generation = 0
        self._order = Order(self._on_burst) if start.fork else DirectOrder(link)
        self._conversation = Conversation(link, self._order, self._handle_aside)
        main = _fresh_main()
        self._loop = EventLoop()
        self._evaluator = Evaluator(main, self._loop, figures.show_open_figures)
        self._freezer: Freezer | None = None
        self._taking: Taking | None = None
        self._debugger: Debugger | None = None
        self._install()

    def serve(self) -> None:
        """Handles frames until `exit`; raises EOFError when the link closes."""
        if self._start.fork and POLICIES and not self._link.wait(_POOLED_SECONDS):
            self._prepare_states()
        while True:
            self._wait_idle()
            self._handle(self._link.receive())

    def _install(self) -> None:
        interrupts.install()
        out, err = self._order.open(native.prepare())
        sys.stdout = sys.__stdout__ = out  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = err  # type: ignore[misc]
        if hasattr(signal, "SIGURG"):
            signal.signal(signal.SIGURG, lambda *_: self._on_urgent())
        importing.install()
        inputs.install(self._conversation.ask)
        displaying.install(self._conversation.display)
        figures.install()
        children.install(self._order.settle, self._leave)
        effects.install()

    def _wait_idle(self) -> None:
        """Waits for a frame; takes the state in the first idle moment after each evaluation, or before the next."""
        wait = self._wait if self._loop.alive else self._link.wait
        taking = self._taking
        if taking is not None:
            seconds = taking.idle_seconds(self._generation)
            # At once means without a look at what has come: a session that goes on from a state is to do the same.
            if seconds == 0 or (seconds is not None and not wait(seconds)):
                taking.prepare(lambda: self._link.wait(0))
                self._go_on(taking.take(self._generation))
        while not wait(None):
            pass
        if taking is not None and taking.due_before_next(self._generation):
            self._go_on(taking.take(self._generation))

    def _freeze(self, frame: Frame) -> None:
        if self._taking is None:
            error = "states cannot be taken here: this needs fork and ctypes"
            self._link.send({"type": "frozen", "n": frame.get("n"), "id": "", "error": error})
        else:
            self._go_on(self._taking.freeze(frame, self._generation))

    def _go_on(self, how: int) -> None:
        """After a state was taken; what `how` says, see `Freezer.take`."""
        if how != THAWED:
            return
        self._link.drop_received()
        self._order.begin_anew()
        for problem in world.problems():
            self._link.send({"type": "notice", "level": "warning", "message": problem["message"]})

    def _wait(self, seconds: float | None) -> bool:
        try:
            return self._loop.wait(self._link, seconds)
        except BaseException:
            # A background task was interrupted, has exited, or has stopped the loop. The session goes on.
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            return self._link.wait(0)

    def _handle(self, frame: Frame) -> None:
        kind = frame.get("type")
        if kind == "eval":
            self._evaluate(frame)
        elif kind == "configure":
            self._configure(frame)
        elif kind == "freeze":
            self._freeze(frame)
        elif kind == "load":
            self._load(frame)
        else:
            self._handle_aside(frame)

    def _handle_aside(self, frame: Frame) -> bool:
        """What can be handled while user code waits, too; false for all else."""
        kind = frame.get("type")
        if kind == "exit":
            _end()
        elif kind == "look":
            self._link.send(sendable(reply(self._evaluator.namespace, frame)))
        elif kind == "debug" and self._debugger is not None:
            return self._debugger.standing.take_aside(frame)
        return kind == "look"

    def _configure(self, frame: Frame) -> None:
        if frame.get("cwd"):
            try:
                os.chdir(frame["cwd"])
            except OSError as error:
                message = f"The session cannot start in its folder: {error}"
                self._link.send({"type": "notice", "level": "warning", "message": message})
        if self._start.fork and frame.get("snapshots") in POLICIES:
            self._take_states(frame["snapshots"])
        self._link.send({"type": "configured"})

    def _load(self, frame: Frame) -> None:
        self._link.send(durable.answer_load(self._evaluator.namespace, frame))
        if self._taking is not None:
            self._taking.forget()

    def _take_states(self, policy: str) -> None:
        if self._taking is not None:
            self._taking.policy = policy
            return
        freezer = self._prepare_states()
        streams = (self._order.channels[0].probe, self._order.channels[1].probe)
        self._taking = Taking(freezer, self._link, streams, self._may_have_changed, policy)
        # There is nothing to go on from yet: a rehearsal, see `Freezer`.
        self._go_on(THAWED)

    def _prepare_states(self) -> "Freezer":
        """In the pool, where there is time; else when the session begins."""
        if self._freezer is None:
            world.begin()
            self._freezer = Freezer(
                self._start, lambda link: shadow.serve(link, self._evaluator.namespace, self._leave)
            )
        return self._freezer

    def _may_have_changed(self) -> bool:
        """True where something of the user's may run while no evaluation does."""
        return self._loop.busy or _thread._count() > 0  # type: ignore[attr-defined]

    def _evaluate(self, frame: Frame) -> None:
        if self._taking is not None:
            self._taking.begin()
        effects.begin()
        around = self._debugger = self._recording(frame)
        outcome = self._evaluator.evaluate(
            frame, lambda: self._link.send({"type": "started", "id": frame["id"]}), around
        )
        if around is not None:
            self._debugger = None
            around.standing.give_back()
        outside = effects.end()
        if outside:
            outcome["effects"] = outside
        error = self._evaluator.take_error()
        children.end_if_forked(error)
        _remember_error(error)
        del error
        self._generation += 1
        if self._taking is not None:
            self._taking.end()
        self._order.calm()
        self._order.settle()
        self._link.send({"type": "outcome", "id": frame["id"], "generation": self._generation, **outcome})

    def _recording(self, frame: Frame) -> "Debugger | None":
        """What records the evaluation, where that is asked for and possible; else it runs as always, and a notice says why."""
        if frame.get("record") is None:
            return None
        try:
            if not (self._start.fork and POLICIES):
                raise OSError("that needs fork and ctypes, which are missing here")
            from hindsight_worker.debugging.debugger import Debugger, Parts

            link, order, conversation, freezer = self._link, self._order, self._conversation, self._prepare_states()
            aside, serve, generation = self._handle_aside, self._serve_within, self._generation
            return Debugger(frame, Parts(link, order, conversation, freezer, aside, serve, generation))
        except Exception as error:
            message = f"It runs without the debugger: {error}"
            self._link.send({"type": "notice", "level": "warning", "message": message})
            return None

    def _serve_within(self, namespace: dict[str, Any]) -> None:
        """Goes on as a session of its own from the middle of a program, which stays where it stands for ever."""
        self._debugger = None
        self._evaluator.namespace = namespace
        # What is held is the state before the program, of the session that was left.
        if self._taking is not None:
            self._taking.forget()
        self._order.begin_anew()
        effects.end()
        interrupts.allowed = False
        try:
            self.serve()
        except (EOFError, OSError):
            forking.end_group()

    def _on_urgent(self) -> None:
        """The runtime has a word for a process that runs: flush, or look at what was sent."""
        self._order.nudge()
        if self._debugger is not None:
            self._debugger.poll()

    def _on_burst(self, on: bool) -> None:
        if self._link.sending:
            raise BlockingIOError
        self._link.send({"type": "burst", "on": on})

    def _leave(self) -> None:
        """In a forked process that is not the session: nothing of it reaches the runtime through our link."""
        if self._debugger is not None:
            self._debugger.be_child()
        self._link.leave()
        self._order.detach()
        self._conversation.detach()
        displaying.detach()


def _remember_error(error: BaseException | None) -> None:
    """For `pdb.pm()`, as the interactive interpreter does."""
    if error is None or isinstance(error, SystemExit):
        return
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error


def _end() -> None:
    """Ends the process as a program ends, within a moment: what user code registered with atexit is run."""
    try:
        within(_EXIT_SECONDS, atexit._run_exitfuncs)
        sys.stdout.flush()
    except BaseException:
        os._exit(0)
    os._exit(0)


def _lead_group() -> None:
    """A process group of its own, so that an interrupt reaches it and its children and nobody else."""
    try:
        os.setsid()
    except PermissionError:
        return  # It leads one already.


def _fresh_main() -> ModuleType:
    """A `__main__` as the REPL has it, in place of our own."""
    main = ModuleType("__main__")
    main.__dict__.update({"__builtins__": sys.modules["builtins"], "__annotations__": {}})
    sys.modules["__main__"] = main
    return main
