"""docs/what-survives.md says what its script finds; run by the Python of the project's environment only."""

import subprocess
import sys
import unittest

from worker_driver import ROOT, VENDOR


class WhatSurvives(unittest.TestCase):
    maxDiff = None

    def test_the_page_is_current(self) -> None:
        script = ROOT / "test" / "tools" / "what_survives.py"
        answer = subprocess.run(
            [sys.executable, str(script), str(VENDOR.parent), str(VENDOR)],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        page = (ROOT / "docs" / "what-survives.md").read_text()

        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(answer.stderr, "")
        self.assertEqual(answer.stdout, page, f"write it anew: {script.name} > docs/what-survives.md")
        self.assertGreaterEqual(page.count("| yes |"), 130)


if __name__ == "__main__":
    unittest.main()
