"""When SIGINT becomes KeyboardInterrupt: only while user code runs, and never in the middle of a frame.

One object a process. Signal handlers run in the main thread only, so a shield of another thread is none.
"""

import _thread
import signal
from types import FrameType
from typing import Any, Callable


class Interrupts:
    """The state of interruption of this process.

    Invariant: `KeyboardInterrupt` is raised only while `allowed` is true and no shield is held.
    """

    def __init__(self) -> None:
        self.allowed = False
        # Asked first on each SIGINT; true means that it has dealt with it (a cancelled asyncio task).
        self.divert: Callable[[], bool] | None = None
        # Told right before KeyboardInterrupt is raised.
        self.on_raise: Callable[[], None] | None = None
        # Told of each interrupt that is dealt with or raised, in the main thread.
        self.before: Callable[[], None] = lambda: None
        self._depth = 0
        self._pending = False
        self._main = _thread.get_ident()

    def install(self) -> None:
        """Takes over SIGINT; called in the main thread of a new process."""
        self._main = _thread.get_ident()
        signal.signal(signal.SIGINT, self._on_sigint)

    def send(self) -> None:
        """Sends SIGINT to the main thread from another one.

        Unlike `_thread.interrupt_main`, this wakes it from a blocking call, such as `time.sleep`.
        """
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(self._main, signal.SIGINT)
        else:
            signal.raise_signal(signal.SIGINT)

    def __enter__(self) -> None:
        """Shields what follows: an interrupt waits until the shield is given back."""
        if _thread.get_ident() == self._main:
            self._depth += 1

    def __exit__(self, *_: Any) -> None:
        if _thread.get_ident() != self._main:
            return
        self._depth -= 1
        if self._pending and self._depth == 0:
            self._pending = False
            self._raise()

    def _on_sigint(self, _signum: int, _frame: FrameType | None) -> None:
        if self._depth > 0:
            self._pending = True
        else:
            self._raise()

    def _raise(self) -> None:
        if self.divert is not None and self.divert():
            self.before()
            return
        if self.allowed:
            self.before()
            if self.on_raise is not None:
                self.on_raise()
            raise KeyboardInterrupt


interrupts = Interrupts()
