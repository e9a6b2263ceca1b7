"""Asking and showing in the middle of an evaluation: frames that must be in order with output, or that wait.

Knows the frames `input`, `stdin`, `display` and `sync`; what else comes meanwhile is kept for the worker.
"""

import _thread
from typing import Any, Callable

from hindsight_worker import forking
from hindsight_worker.identity import identity
from hindsight_worker.interrupts import interrupts
from hindsight_worker.link import Link
from hindsight_worker.streams import Order

Frame = dict[str, Any]

_PROMPT_LIMIT = 10_000


class Conversation:
    """The session's side of what happens between `started` and `outcome`. For the main thread only."""

    def __init__(self, link: Link, order: Order, handle_aside: Callable[[Frame], bool]) -> None:
        """`handle_aside` handles a frame that may be handled while user code waits, and says whether it did."""
        self._link = link
        self._order = order
        self._handle_aside = handle_aside
        self._main = _thread.get_ident()
        self._count = 0
        self._attached = True
        self._muted = False
        #: Asks, or gives the answer that was given when the program was recorded.
        self.through: Callable[[Callable[[], str | None]], str | None] = lambda call: call()

    def ask(self, prompt: str, password: bool) -> str | None:
        """The person's answer; None at the end of the input.

        Raises:
            KeyboardInterrupt: A person interrupted it.
            RuntimeError: The process or thread is not the one that can be answered.
        """
        if not self._attached:
            raise RuntimeError("input() is not available in a child process of a session")
        if _thread.get_ident() != self._main:
            raise RuntimeError("input() is available in the main thread of a session only")
        return self.through(lambda: self._ask(prompt, password))

    def _ask(self, prompt: str, password: bool) -> str | None:
        self._order.settle()
        self._count += 1
        input_id = f"in-{identity.pid}-{self._count}"
        question = {"type": "input", "input_id": input_id, "prompt": prompt[:_PROMPT_LIMIT], "password": password}
        try:
            self._link.send(question)
            answer = self._await(lambda frame: frame.get("type") == "stdin" and frame.get("input_id") == input_id)
        except BaseException:
            # Interrupted; the program may go on, but nobody waits for this answer any more.
            self._link.send({"type": "input_done", "input_id": input_id})
            raise
        data = answer.get("data")
        return None if data is None else _one_line(str(data))

    def display(self, frame: Frame) -> None:
        """Sends a display after all output so far, and before all that follows."""
        if self._muted:
            return
        with self._order.aside():
            self._order.settle()
            self._link.send(frame)
            if _thread.get_ident() == self._main:
                self._sync()

    def mute(self, on: bool = True) -> None:
        """In a copy of the program that walks through its past: it shows nothing; what was answered is played back."""
        self._muted = on

    def detach(self) -> None:
        """For a forked child of user code: it can neither ask nor show."""
        self._attached = False

    def _sync(self) -> None:
        self._count += 1
        number = self._count
        self._link.send({"type": "sync", "n": number})
        self._await(lambda frame: frame.get("type") == "sync" and frame.get("n") == number)

    def _await(self, is_answer: Callable[[Frame], bool]) -> Frame:
        kept: list[Frame] = []
        try:
            while True:
                frame = self._link.receive()
                if is_answer(frame):
                    return frame
                # An answer to a question that was interrupted is dropped, as nobody waits for it any more.
                if not self._handle_aside(frame) and frame.get("type") not in ("stdin", "sync"):
                    kept.append(frame)
        except EOFError:
            # Not for user code, which would take it for the end of its input.
            forking.end_group()
        finally:
            with interrupts:
                self._link.unreceive(kept)


def _one_line(data: str) -> str:
    """Without the newline that ends it."""
    if data.endswith("\r\n"):
        return data[:-2]
    return data[:-1] if data.endswith("\n") else data
