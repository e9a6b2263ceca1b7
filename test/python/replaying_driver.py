"""The process that `replaying.play` starts: records a program, forks snapshots of it, replays each, and tells what was seen.

A stand-in for the debugger: its time counts calls of `seen`, and it takes a snapshot at the first one after an effect, as the
debugger does at the next line. Forks are libc's own and two deep, as the engine's are.
"""

import ctypes
import fcntl
import json
import os
import sys
import traceback
from typing import Any

play = json.loads(sys.argv[1])
sys.path.insert(0, play["package"])
from hindsight_worker import importing, world  # noqa: E402
from hindsight_worker.debugging.replaying import world_of_program  # noqa: E402

libc = ctypes.PyDLL(None)
TOLD = os.dup(1)
DONE_READ, DONE_WRITE = os.pipe()
_write, _read, _exit = os.write, os.read, os._exit

frames: list[Any] = []
effects: list[list[str]] = []
snapshots: list[tuple[int, str, int]] = []
state = {"time": 0, "effect": False, "first": 0, "role": "live"}


def tell(**what: Any) -> None:
    text = b"\x01" + json.dumps(what, default=repr).encode() + b"\n"
    while text:
        text = text[_write(TOLD, text) :]


def seen(value: Any) -> None:
    """Notes a value, and is an event of the program: its time goes on."""
    state["time"] += 1
    frames.append(value)
    if state["effect"]:
        state["effect"] = False
        if state["role"] == "live":
            snapshot("effect")


def snapshot(why: str = "asked") -> None:
    """Takes one; also returns in its replay, when the program has ended."""
    if state["role"] != "live":
        return
    with world_of_program.aside():
        world.before()
        if not freeze(why):
            return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
    libc.prctl(1, 9)
    state.update(role="replay", first=len(frames))
    world_of_program.replay()


def raised(number: int) -> int:
    high: int = fcntl.fcntl(number, fcntl.F_DUPFD, 300)
    os.close(number)
    return high


def freeze(why: str) -> bool:
    """True in a copy of the frozen process, later."""
    ready_read, ready_write = os.pipe()
    # Out of the way: the program's own descriptors have the same numbers in a replay.
    go_read, go_write = (raised(number) for number in os.pipe())
    snapshots.append((state["time"], why, go_write))
    pid: int = libc.fork()
    if pid:
        os.close(go_read)
        os.close(ready_write)
        assert _read(ready_read, 1) == b"!"
        os.close(ready_read)
        return False
    os.close(go_write)
    world.frozen()
    _write(ready_write, b"!")
    for number in (ready_read, ready_write):
        os.close(number)
    while True:
        if not _read(go_read, 1):
            _exit(0)
        if libc.fork() == 0:
            break
    os.close(go_read)
    world.thawed()
    return True


def on_effect(kind: str, target: str) -> None:
    effects.append([kind, target])
    state["effect"] = True


def on_divergence(sentence: str) -> None:
    tell(replay=frames[state["first"] :], diverged=sentence, snapshot=len(snapshots) - 1)
    finish()


def on_barrier(sentence: str) -> None:
    tell(replay=frames[state["first"] :], effect=sentence, snapshot=len(snapshots) - 1)
    finish()


def finish() -> None:
    _write(DONE_WRITE, b"!")
    _exit(0)


def run() -> str:
    names = {"seen": seen, "snapshot": snapshot, "world": world_of_program, "__name__": "__main__", **play["names"]}
    try:
        exec(compile(play["program"], "<program>", "exec"), names)
    except BaseException:
        with world_of_program.aside():
            return traceback.format_exc()
    return ""


def main() -> None:
    world.begin()
    importing.install()
    exec(play["before"], play["names"])
    world_of_program.begin(lambda: state["time"], on_effect, on_divergence, on_barrier)
    failed = run()
    with world_of_program.aside():
        if state["role"] == "replay":
            tell(replay=frames[state["first"] :], failed=failed, snapshot=len(snapshots) - 1)
            finish()
        position = world_of_program.position
        tell(live=frames, effects=effects, failed=failed, position=position, warnings=world_of_program.warnings)
    world_of_program.end()
    for _, _, go in snapshots:
        for _ in range(play["times"]):
            _write(go, b"!")
            _read(DONE_READ, 1)
    tell(first=[{"time": time, "why": why} for time, why, _ in snapshots])
    _exit(0)


main()
