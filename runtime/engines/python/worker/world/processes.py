"""Hazard 12: child processes are children of the session that went on. In a copy, how they end is not known.

Python would say that such a child ended with 0; here it says that it does not know.
"""

import sys

from hindsight_worker.world import stranded
from hindsight_worker.world.moment import Moment, Part, Warning

_SHOWN = 80


def before(moment: Moment) -> dict[int, str] | None:
    """Names each child by its command."""
    moment.children.extend(pid for pid in _children(moment.threads) if pid not in moment.replaceable)
    commands = {pid: _command(pid) for pid in moment.children}
    for command in dict.fromkeys(commands.values()):
        pids = [pid for pid, other in commands.items() if other == command]
        if len(pids) == 1:
            who = f"The child process {command} ({pids[0]}) is not part of the state: what is restored does not have it."
        else:
            who = f"{len(pids)} child processes ({command}) are not part of the state: what is restored does not have them."
        moment.warn("child-process", who, command)
    return commands or None


def thawed(plan: dict[int, str]) -> list[Warning] | None:
    """Tells the objects of `subprocess` and `multiprocessing`."""
    stranded.strand_children(plan)
    module = sys.modules.get("multiprocessing.process")
    for process in list(module._dangling) if module is not None else ():  # type: ignore[attr-defined]
        popen = process._popen
        if popen is not None and popen.pid in plan and popen.returncode is None:
            module._children.discard(process)  # type: ignore[union-attr]
            stranded.strand_process(process)
    return None


def _children(threads: list[int]) -> list[int]:
    found: list[int] = []
    for thread in threads:
        try:
            with open(f"/proc/self/task/{thread}/children", "rb") as file:
                found.extend(int(pid) for pid in file.read().split())
        except OSError:
            continue
    return found


def _command(pid: int) -> str:
    text = _read(f"/proc/{pid}/cmdline").replace("\0", " ").strip() or _read(f"/proc/{pid}/comm").strip()
    text = "".join(character if character.isprintable() else " " for character in text) or f"process {pid}"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(4096)
    except OSError:
        return ""


PART = Part("processes", before, None, thawed)
