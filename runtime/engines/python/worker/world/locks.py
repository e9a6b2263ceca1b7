"""Hazard 19: locks on files (flock, lockf). A frozen process holds none; a session that goes back takes them again.

The session that it replaces may be just ending, so a lock that is not free at once is asked for again when the first
evaluation begins; what is then still not free is told.
"""

import fcntl
import struct
import time
from typing import NamedTuple

from hindsight_worker.world.moment import Descriptor, Moment, Part, Warning

_WAIT_SECONDS = 0.3
_OPEN_FILE_LOCK = 37  # F_OFD_SETLK


class _Lock(NamedTuple):
    number: int
    kind: str
    exclusive: bool
    start: int
    length: int
    name: str


_missing: list[_Lock] = []


def before(moment: Moment) -> list[_Lock] | None:
    """Notes each lock that the session holds, and names it."""
    locks: dict[tuple[str, int, str], _Lock] = {}
    for one in moment.descriptors:
        if "lock:" in one.details:
            for lock in _locks(one):
                locks.setdefault((lock.name, lock.start, lock.kind), lock)
    for lock in locks.values():
        if lock.name not in moment.named:
            message = f"The lock on {lock.name} is not part of the state; going back takes it again if it is free."
            moment.warn("lock", message, lock.name)
    return [*locks.values(), *_missing] or None


def thawed(plan: list[_Lock]) -> list[Warning] | None:
    """In a new worker. `files` has given it open files of its own, so that no lock is inherited."""
    _missing[:] = [lock for lock in plan if not _take(lock)]
    return None


def still_missing() -> list[Warning]:
    """Asks once more for what was not free, for a moment; told are those that were not to be had."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while _missing:
        _missing[:] = [lock for lock in _missing if not _take(lock)]
        if not _missing or time.monotonic() > deadline:
            break
        time.sleep(0.005)
    found = [_told(lock) for lock in _missing]
    _missing.clear()
    return found


def _told(lock: _Lock) -> Warning:
    message = f"The lock on {lock.name} could not be taken again: another process holds it."
    return {"kind": "lock", "message": message, "name": lock.name}


def _take(lock: _Lock) -> bool:
    try:
        if lock.kind == "FLOCK":
            fcntl.flock(lock.number, (fcntl.LOCK_EX if lock.exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        else:
            # struct flock of 64-bit Linux: type, whence, start, length, pid.
            kind = fcntl.F_WRLCK if lock.exclusive else fcntl.F_RDLCK
            wanted = struct.pack("hhqqi", kind, 0, lock.start, lock.length, 0)
            fcntl.fcntl(lock.number, _OPEN_FILE_LOCK if lock.kind == "OFDLCK" else fcntl.F_SETLK, wanted)
    except OSError:
        return False
    return True


def _locks(one: Descriptor) -> list[_Lock]:
    """Of lines like `lock: 1: FLOCK  ADVISORY  WRITE 359 00:13:11691 0 EOF`."""
    found = []
    for line in one.details.splitlines():
        words = line.split()
        if len(words) == 9 and words[0] == "lock:" and words[2] in ("FLOCK", "POSIX", "OFDLCK"):
            start = int(words[7])
            length = 0 if words[8] == "EOF" else int(words[8]) - start + 1
            found.append(_Lock(one.number, words[2], words[4] == "WRITE", start, length, one.name))
    return found


PART = Part("locks", before, None, thawed)
