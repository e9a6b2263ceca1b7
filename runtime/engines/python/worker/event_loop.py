"""The asyncio loop of a session: made when code first awaits at its top level, alive between evaluations.

It runs only while awaited, or while the worker waits for frames; so `asyncio.run` works in user code.
asyncio is imported only when user code needs it: a file of the user's may be called like a part of it.
"""

import sys
from typing import Any, Coroutine

from hindsight_worker.interrupts import interrupts
from hindsight_worker.link import Link


class EventLoop:
    """Owns the loop; user code may close it, another is then made."""

    def __init__(self) -> None:
        self._loop: Any = None

    @property
    def alive(self) -> bool:
        """True when background tasks may be waiting to run."""
        return self._loop is not None and not self._loop.is_closed()

    @property
    def busy(self) -> bool:
        """True when a background task is alive, or something waits for its time."""
        if not self.alive:
            return False
        tasks = sys.modules["asyncio"].all_tasks(self._loop)
        return bool(tasks) or bool(getattr(self._loop, "_scheduled", ())) or bool(getattr(self._loop, "_ready", ()))

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """The value of `coroutine`. An interrupt cancels it: the first politely, further ones at once.

        Raises:
            KeyboardInterrupt: It was interrupted.
            BaseException: What it raised.
        """
        import asyncio

        loop = self._open()
        task = loop.create_task(coroutine)
        cancelled = 0

        def divert() -> bool:
            nonlocal cancelled
            # A task that computes would not notice a cancellation; it gets the exception itself.
            if cancelled or task.done() or asyncio.current_task(loop) is not None:
                return False
            cancelled += 1
            task.cancel()
            loop.call_soon_threadsafe(lambda: None)
            return True

        interrupts.divert = divert
        try:
            return loop.run_until_complete(task)
        except asyncio.CancelledError as error:
            if cancelled:
                # Its traceback says where the program was waiting.
                raise KeyboardInterrupt().with_traceback(error.__traceback__) from None
            raise
        except KeyboardInterrupt:
            task.cancel()
            raise
        finally:
            interrupts.divert = None

    def wait(self, link: Link, seconds: float | None) -> bool:
        """As `Link.wait`, while background tasks go on; false too when one of them has stopped the loop.

        The loop is stopped by hand: where a task exits in the very turn in which a frame comes, the end of
        `run_until_complete` would stay behind and stop the next evaluation.
        """
        if link.pending or link.wait(0):
            return True
        loop = self._loop
        ready = False

        def on_ready() -> None:
            nonlocal ready
            ready = True
            loop.stop()

        try:
            loop.add_reader(link.fileno(), on_ready)
        except NotImplementedError:  # Windows' default loop cannot watch a descriptor.
            return link.wait(seconds)
        timer = None if seconds is None else loop.call_later(seconds, loop.stop)
        try:
            interrupts.divert = self._skip_idle
            interrupts.allowed = True
            loop.run_forever()
            return ready
        finally:
            interrupts.allowed = False
            interrupts.divert = None
            if not loop.is_closed():
                loop.remove_reader(link.fileno())
                if timer is not None:
                    timer.cancel()

    def _skip_idle(self) -> bool:
        """Between evaluations only a task that is computing can be interrupted."""
        return sys.modules["asyncio"].current_task(self._loop) is None

    def _open(self) -> Any:
        import asyncio

        if not self.alive:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop
