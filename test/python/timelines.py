"""A session that is frozen, goes on, and is then returned to: what tests of the world's hazards need, and no runtime.

`play` runs three programs in one namespace: `before` the snapshot; `live`, in the process that goes on; and then
`restored`, in a process that was forked of the frozen one. Forks are libc's own and two deep, as the engine's are.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 30.0

_DRIVER = Path(__file__).with_name("timelines_driver.py")


class Told(NamedTuple):
    """What came of it: the warnings of the snapshot, what each timeline has put into `seen`, and the problems."""

    warnings: list[dict[str, str]]
    live: dict[str, Any]
    restored: dict[str, Any]
    problems: list[dict[str, str]]

    def kinds(self) -> list[str]:
        """Of the warnings, in order, each once."""
        return list(dict.fromkeys(warning["kind"] for warning in self.warnings))

    def warning(self, kind: str) -> dict[str, str]:
        """The first warning of this kind, or of an empty message."""
        return next((one for one in self.warnings if one["kind"] == kind), {"kind": "", "message": ""})


def play(before: str, live: str = "", restored: str = "", python: str = sys.executable, **more: Any) -> Told:
    """Runs the programs; each may fill the dictionary `seen` and use `again()`, which takes and restores once more.

    Args:
        python: The interpreter.
        more: Names that the programs find; JSON.

    Raises:
        AssertionError: One of them failed; with what it printed.
    """
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "hindsight_worker"
        package.symlink_to(ROOT / "runtime" / "engines" / "python" / "worker")
        play = {"package": folder, "before": before, "live": live, "restored": restored, "names": more}
        output = _run([python, str(_DRIVER), json.dumps(play)])
    lines = output.splitlines()
    found = [json.loads(line[1:]) for line in lines if line.startswith("\x01")]
    told: dict[str, Any] = {key: value for one in found for key, value in one.items()}
    for timeline in ("live", "restored"):
        if told[timeline].get("failed"):
            raise AssertionError(f"{timeline}: {told[timeline]['failed']}")
    return Told(told["warnings"], told["live"], told["restored"], told["problems"])


def _run(command: list[str]) -> str:
    """What it prints. Whatever it has started is gone afterwards: its process group is ended."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    # Files, not pipes: a child that lives on must not be waited for.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        driver = subprocess.Popen(command, stdout=out, stderr=err, env=environment, start_new_session=True)
        try:
            code = driver.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            os.killpg(driver.pid, signal.SIGKILL)
            driver.wait()
        out.seek(0)
        err.seek(0)
        printed = out.read()
        if code != 0:
            raise AssertionError(f"exit {code} (None: it has not ended)\n{printed}\n{err.read()}")
    return printed


class TimelineCase(unittest.TestCase):
    """With a folder for each test."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
