"""A program that is recorded, and replayed from each of its snapshots: what tests of `debugging/replaying` need.

The program notes what it meets with `seen(value)` and takes snapshots with `snapshot()`; after each effect one is taken by
itself. A replay runs to the end of the program, or is stopped at the next effect.
"""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, NamedTuple

from timelines import ROOT, _run

_DRIVER = Path(__file__).with_name("replaying_driver.py")


class Replay(NamedTuple):
    """What one replay has seen, and what the recorded run saw from the same snapshot on up to the next effect."""

    seen: list[Any]
    recorded: list[Any]
    #: The effect at which it was stopped.
    effect: str
    diverged: str
    failed: str

    @property
    def is_true(self) -> bool:
        """It saw all of it, and was stopped by an effect only."""
        return self.seen == self.recorded and not self.failed and not self.diverged


class Told(NamedTuple):
    """What the recorded run has seen; its effects, as `[kind, target]`; each replay, the oldest snapshot first."""

    seen: list[Any]
    effects: list[list[str]]
    replays: list[Replay]
    position: int
    warnings: list[str]


def play(program: str, before: str = "", python: str = sys.executable, times: int = 2, **names: Any) -> Told:
    """Records `program` and replays it `times` times from each snapshot, when it has ended.

    Args:
        before: Runs before recording begins; the names that it leaves are the program's.
        names: Names that the program finds; JSON.

    Raises:
        AssertionError: The recorded run failed; with its traceback.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "hindsight_worker").symlink_to(ROOT / "runtime" / "engines" / "python" / "worker")
        told = {"package": folder, "program": program, "before": before, "names": names, "times": times}
        output = _run([python, str(_DRIVER), json.dumps(told)])
    found = [json.loads(line[1:]) for line in output.splitlines() if line.startswith("\x01")]
    live = next(one for one in found if "live" in one)
    if live["failed"]:
        raise AssertionError(live["failed"])
    snapshots = next(one["first"] for one in found if "first" in one)
    replays = []
    for one in (one for one in found if "replay" in one):
        first = snapshots[one["snapshot"]]["time"]
        effects = [later["time"] for later in snapshots[one["snapshot"] + 1 :] if later["why"] == "effect"]
        recorded = live["live"][first : effects[0] - 1 if effects else None]
        ends = (one.get(how, "") for how in ("effect", "diverged", "failed"))
        replays.append(Replay(one["replay"], recorded, *ends))
    if len(replays) != times * len(snapshots):
        raise AssertionError(f"{len(replays)} replays of {len(snapshots)} snapshots ended\n{output}")
    return Told(live["live"], live["effects"], replays, live["position"], live["warnings"])


class ReplayingCase(unittest.TestCase):
    """Has a temporary `folder` of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def same(self, program: str, before: str = "", **names: Any) -> Told:
        """Plays it; every replay saw what the recorded run did, to the end, and there was at least one."""
        told = play(program, before, folder=self.folder, **names)
        self.assertTrue(told.replays)
        for replay in told.replays:
            self.assertTrue(replay.is_true, replay)
        self.assertTrue(any(replay.seen for replay in told.replays))
        return told

    def files(self) -> dict[str, str]:
        """What is in the folder, by path from there."""
        here = Path(self.folder)
        return {str(one.relative_to(here)): one.read_text(errors="replace") for one in sorted(here.rglob("*")) if one.is_file()}
