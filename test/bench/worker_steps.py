"""How long a step over takes in the worker: worker_steps.py LINE, where the program of long_run.py is to stop first.

From the frame that asks for it to the one that says that it stands again, in ms, one a line; the snapshot of the stop is
taken within. Talks to a worker as the runtime does, through what the worker's own tests talk with.
"""

import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "python"))

from debug_driver import DebugRuntime  # noqa: E402 - it is found by the line above.

_STEPS = 60


def main() -> None:
    with open(os.path.join(HERE, "debugged", "long_run.py"), encoding="utf-8") as file:
        code = file.read()
    runtime = DebugRuntime()
    try:
        runtime.record(code, {"lines": [{"id": 1, "file": "/tmp/program.py", "line": int(sys.argv[1])}]})
        runtime.stopped()
        runtime.ask(runtime.worker, "points", points={})
        for _ in range(_STEPS):
            began = time.perf_counter()
            runtime.step("over")
            print((time.perf_counter() - began) * 1000)
    finally:
        runtime.close()


if __name__ == "__main__":
    main()
