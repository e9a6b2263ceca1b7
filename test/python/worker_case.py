"""The test case that all tests of the worker share: one real session a class, or a new one on request."""

import unittest
from typing import Any, ClassVar

from worker_driver import Frame, Runtime


class WorkerCase(unittest.TestCase):
    """`self.runtime` is a session for all tests of the class; `self.fresh()` one for a single test."""

    fork: ClassVar[bool] = True
    runtime: ClassVar[Runtime]

    @classmethod
    def setUpClass(cls) -> None:
        cls.runtime = Runtime(fork=cls.fork)
        cls.addClassCleanup(cls.runtime.close)

    def fresh(self, **options: Any) -> Runtime:
        """A runtime of its own, closed after the test."""
        runtime = Runtime(**options)
        self.addCleanup(runtime.close)
        return runtime

    def value(self, code: str, **fields: Any) -> str | None:
        """The repr of what `code` evaluates to; fails with the traceback where it raises."""
        outcome = self.runtime.eval(code, **fields)
        self.assertEqual(outcome["kind"], "result", "\n".join(outcome.get("traceback", [])))
        return outcome.get("value")

    def error(self, code: str, **fields: Any) -> Frame:
        """How `code` fails; a test fails where it does not."""
        outcome = self.runtime.eval(code, **fields)
        self.assertEqual(outcome["kind"], "error", outcome)
        return outcome
