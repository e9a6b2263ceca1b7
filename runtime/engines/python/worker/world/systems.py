"""Hazard 25: systems where a fork, or looking at descriptors, is less than on Linux. It is said once a state."""

import os
import sys

from hindsight_worker.world.moment import Moment, Part


def before(moment: Moment) -> None:
    """Names what this system does not offer."""
    if sys.platform == "darwin":
        message = (
            "On macOS open files, connections and timers are shared with an earlier state, and code that has used"
            " Apple's frameworks may end when it goes back."
        )
        moment.warn("platform", message, "macOS")
    elif not os.path.isdir("/proc/self/fd"):
        message = "Open files and connections are shared with an earlier state: this system does not show them (/proc)."
        moment.warn("platform", message, sys.platform)


PART = Part("system", before)
