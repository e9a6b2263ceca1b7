"""A shadow's loop, and the throw-away forks in which a user's `__repr__` may run."""

import json
import os
import signal
import unittest
from typing import Any

from look_support import at_cursor
from hindsight_worker.answers import sendable
from hindsight_worker.forking import fork
from hindsight_worker.look import serving, throwaway


class Chatty:
    """Prints, writes and changes things when it is looked at."""

    changed = 0

    def __init__(self, channel: int) -> None:
        self._channel = channel

    def __repr__(self) -> str:
        Chatty.changed += 1
        print("printed by a repr")
        os.write(1, b"written by a repr")
        return f"Chatty, changed {Chatty.changed} times"

    def __len__(self) -> int:
        return 7


class Looping:
    def __repr__(self) -> str:
        while True:
            pass


class Waiting:
    def __repr__(self) -> str:
        while True:
            signal.pause()


class Raising:
    def __repr__(self) -> str:
        raise ZeroDivisionError


class Exiting:
    def __repr__(self) -> str:
        os._exit(3)


class Endless:
    def __repr__(self) -> str:
        return "x" * 10_000_000


class Pipes:
    """A link over two pipes, a frame a line of `repr`."""

    def __init__(self, reader: int, writer: int) -> None:
        self.reader, self.writer = os.fdopen(reader, "r"), os.fdopen(writer, "w", buffering=1)

    def receive(self) -> dict[str, Any]:
        line = self.reader.readline()
        if not line:
            raise EOFError
        frame: dict[str, Any] = eval(line)  # noqa: S307 - the test's own frames
        return frame

    def send(self, frame: dict[str, Any]) -> None:
        self.writer.write(repr(frame) + "\n")

    def fileno(self) -> int:
        return self.writer.fileno()


class ShadowCase(unittest.TestCase):
    """Drives `serve` in a process of its own, as the worker does."""

    #: On a busy machine a repr takes as long as it takes.
    repr_seconds = 60.0

    def setUp(self) -> None:
        to_shadow, from_test = os.pipe()
        to_test, from_shadow = os.pipe()
        namespace = {
            "chatty": Chatty(from_shadow), "looping": Looping(), "waiting": Waiting(), "raising": Raising(), "exiting": Exiting(),
            "endless": Endless(), "plain": 5, "held": [Raising(), 1],
        }  # fmt: skip
        self.pid = fork()
        if self.pid == 0:
            os.close(from_test)
            os.close(to_test)
            throwaway.DEADLINE_SECONDS = self.repr_seconds
            try:
                serving.serve(Pipes(to_shadow, from_shadow), namespace)
            finally:
                os._exit(0)
        os.close(to_shadow)
        os.close(from_shadow)
        self.link = Pipes(to_test, from_test)
        self.addCleanup(self.close)

    def close(self) -> None:
        self.link.writer.close()
        os.waitpid(self.pid, 0)
        self.link.reader.close()

    def ask(self, **request: Any) -> dict[str, Any]:
        self.link.send({"type": "look", "id": "l1", **request})
        answer = self.link.receive()
        return {**answer, "fields": json.loads(answer["fields"])} if "fields" in answer else answer

    def info(self, name: str) -> dict[str, Any]:
        fields: dict[str, Any] = self.ask(kind="info", symbol=name)["fields"]
        return fields


class Shadow(ShadowCase):
    def test_answers_with_the_fields_of_the_operation(self) -> None:
        self.assertEqual(
            self.ask(kind="info", symbol="plain"),
            {
                "type": "answer",
                "id": "l1",
                "ok": True,
                "found": True,
                "fields": {"name": "plain", "type": "int", "preview": "5"},
            },
        )

    def test_what_has_no_json_form_is_a_failure_and_no_end(self) -> None:
        for found in ({"preview": b"bytes"}, {"length": float("nan")}):
            self.assertFalse(sendable({"type": "answer", "id": "l1", "ok": True, "found": True, "fields": found})["ok"])

    def test_says_when_it_does_not_know(self) -> None:
        self.assertEqual(
            self.ask(kind="info", symbol="nothing"), {"type": "answer", "id": "l1", "ok": True, "found": False}
        )
        self.assertFalse(self.ask(kind="locate")["found"])

    def test_answers_a_wrong_request_with_an_error_and_goes_on(self) -> None:
        wrong = self.ask(kind="complete", code="x", line="one", column=None)

        self.assertEqual((wrong["ok"], wrong["error"][:10]), (False, "TypeError:"))
        self.assertTrue(self.ask(kind="complete", prefix="pla")["found"])

    def test_ends_when_the_link_closes(self) -> None:
        self.link.writer.close()

        self.assertEqual(self.link.reader.readline(), "")

    def test_runs_a_repr_in_a_copy(self) -> None:
        self.assertEqual(self.info("chatty")["preview"], "Chatty, changed 1 times")
        self.assertEqual(self.info("chatty")["preview"], "Chatty, changed 1 times")
        self.assertEqual(self.info("chatty")["length"], 7)

    def test_shows_something_where_a_repr_fails(self) -> None:
        self.assertEqual(self.info("raising")["preview"], "<Raising object>")
        self.assertEqual(self.info("exiting")["preview"], "<Exiting object>")
        self.assertEqual(self.info("held")["preview"], "[<Raising object>, 1]")

    def test_bounds_what_a_repr_gives(self) -> None:
        self.assertEqual(len(self.info("endless")["preview"]), 120)


class ImpatientShadow(ShadowCase):
    repr_seconds = throwaway.DEADLINE_SECONDS

    def test_gives_up_a_repr_that_loops_for_ever(self) -> None:
        self.assertEqual(self.info("looping")["preview"], "<Looping object>")

    def test_gives_up_a_repr_that_waits_for_ever(self) -> None:
        self.assertEqual(self.info("waiting")["preview"], "<Waiting object>")


class InTheWorkerItself(unittest.TestCase):
    def test_forks_nothing_where_no_shadow_serves(self) -> None:
        told = serving.answer({"looping": Looping()}, at_cursor("loopin|g", kind="info")) or {}

        self.assertEqual(told["preview"], "<Looping object>")
