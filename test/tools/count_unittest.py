"""Runs Python unit tests, and writes how many passed and what failed: count_unittest.py FOLDER COUNTS_FILE MODULE...

The modules are those of the folder, without `.py`. Skipped tests count as failed: this project keeps none. Knows
nothing of what is tested.
"""

from __future__ import annotations

import json
import sys
import unittest


class CountingResult(unittest.TextTestResult):
    """A result that knows how many tests passed; unittest itself keeps only the others."""

    passed = 0

    def addSuccess(self, test: unittest.TestCase) -> None:
        """Counts one test that passed with all its subtests."""
        super().addSuccess(test)
        self.passed += 1


def main() -> int:
    """Runs the tests of the named modules; one that cannot be imported is a failed test.

    Returns:
        The exit code: 0 when at least one test ran and none failed.
    """
    folder, counts_file, *modules = sys.argv[1:]
    sys.path.insert(0, folder)
    suite = unittest.defaultTestLoader.loadTestsFromNames(modules)
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=CountingResult)
    result = runner.run(suite)
    failures = failures_of(result)
    counts = {"passed": result.passed, "failed": len(failures), "failures": failures}
    with open(counts_file, "w", encoding="utf-8") as file:
        json.dump(counts, file)
    return 0 if not failures and result.passed > 0 else 1


def failures_of(result: CountingResult) -> list[dict[str, str]]:
    """What did not pass, once each.

    Returns:
        One `{place, name, error}` a test: where it stands, what it is called, and what was raised.
    """
    told = result.failures + result.errors + result.expectedFailures
    told += [(test, f"skipped: {reason}") for test, reason in result.skipped]
    told += [(test, "passed, though it was expected to fail") for test in result.unexpectedSuccesses]
    # One test may have several failed subtests.
    errors: dict[str, str] = {}
    for test, error in told:
        errors.setdefault(str(getattr(test, "test_case", test)), error)
    return [{"place": f"Python {sys.version.split()[0]}", "name": name, "error": error} for name, error in errors.items()]


if __name__ == "__main__":
    sys.exit(main())
