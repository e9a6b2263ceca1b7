"""Runs Python unit tests and writes how many passed and failed: count_unittest.py FOLDER COUNTS_FILE MODULE...

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
    # One test may have several failed subtests.
    broken = {str(getattr(test, "test_case", test)) for test, _ in result.failures + result.errors}
    failed = len(broken) + len(result.skipped) + len(result.unexpectedSuccesses) + len(result.expectedFailures)
    passed = result.passed
    with open(counts_file, "w", encoding="utf-8") as file:
        json.dump({"passed": passed, "failed": failed}, file)
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
