"""Runs a module of CPython's own tests within the session that it is imported in, and writes how each test ended.

The session decides whether that is recorded. Nothing here knows of recording.
"""

from __future__ import annotations

import io
import json
import unittest
from types import TracebackType
from typing import Any

_Error = tuple[type[BaseException], BaseException, TracebackType]


class Outcomes(unittest.TestResult):
    """By test, `ok` or why not."""

    def __init__(self) -> None:
        super().__init__()
        self.by_test: dict[str, str] = {}

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.by_test.setdefault(test.id(), "ok")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self.by_test[test.id()] = "skipped"

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        self._fails(test, err)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self._fails(test, err)

    def addExpectedFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addExpectedFailure(test, err)
        self.by_test[test.id()] = "expected failure"

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fails(test, err)

    def _fails(self, test: unittest.TestCase, error: _Error) -> None:
        lines = str(error[1]).strip().splitlines()
        self.by_test[test.id()] = f"{error[0].__name__}: {' | '.join(lines[:40])[:2000]}"


def run(module: str, answer: str) -> int:
    """Runs `test.MODULE`, and writes the outcomes to the file `answer`, as JSON.

    Returns:
        How many tests there were.
    """
    loaded = unittest.defaultTestLoader.loadTestsFromName(f"test.{module}")
    outcomes = Outcomes()
    # As regrtest has it: nothing of the tests is meant for a person.
    unittest.TestSuite([loaded]).run(outcomes)
    with io.open(answer, "w", encoding="utf-8") as file:
        json.dump(outcomes.by_test, file)
    return outcomes.testsRun
