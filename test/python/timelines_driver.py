"""The process that `timelines.play` starts: forks as the engine does, and tells what each timeline has seen."""

import ctypes
import json
import os
import sys
import traceback
from typing import Any

play = json.loads(sys.argv[1])
sys.path.insert(0, play["package"])
from hindsight_worker import world  # noqa: E402

libc = ctypes.PyDLL(None)
TOLD = os.dup(1)
DONE_READ, DONE_WRITE = os.pipe()
GO_READ, GO_WRITE = os.pipe()
seen: dict[str, Any] = {}
names: dict[str, Any] = {"seen": seen, "__name__": "__main__", **play["names"]}


def tell(**what: Any) -> None:
    os.write(TOLD, b"\x01" + json.dumps(what).encode() + b"\n")


def run(code: str) -> dict[str, Any]:
    seen.clear()
    try:
        exec(code, names)
    except BaseException:
        return {"failed": traceback.format_exc()}
    return dict(seen)


def freeze() -> int:
    """Pid of the frozen process, once it is; 0 in the process that is thawed of it when `GO_WRITE` is closed."""
    ack_read, ack_write = os.pipe()
    pid: int = libc.fork()
    if pid:
        os.close(ack_write)
        assert os.read(ack_read, 1) == b"!"
        os.close(ack_read)
        return pid
    world.frozen()
    os.write(ack_write, b"!")
    os.read(GO_READ, 1)
    if libc.fork():
        os._exit(0)
    world.thawed()
    return 0


def again() -> list[dict[str, str]]:
    """Takes the state of this moment and goes on in a process that was thawed of it."""
    warnings = world.before()
    if freeze():
        os.write(GO_WRITE, b"!")
        os.read(DONE_READ, 1)
        os._exit(0)
    return warnings


def main() -> None:
    world.begin()
    names["again"] = again
    failed = run(play["before"]).get("failed")
    if failed:
        sys.exit(failed)
    tell(warnings=world.before())
    seen.clear()
    if freeze():
        tell(live=run(play["live"]))
        os.write(GO_WRITE, b"!")
        os.read(DONE_READ, 1)
    else:
        tell(restored=run(play["restored"]), problems=world.problems())
        os.write(DONE_WRITE, b"!" * 100)
    # As the engine ends its processes: without handlers, and nothing is flushed twice.
    os._exit(0)


main()
