"""Hazard 18: a database in a file goes on without the session. One in memory is part of the state as any object.

A transaction that is open when a state is taken cannot be finished twice; it is named.
"""

import os
import sys

from hindsight_worker.world.moment import Descriptor, Moment, Part

_MAGIC = b"SQLite format 3\0"
_BESIDE = ("-journal", "-wal", "-shm")


def before(moment: Moment) -> None:
    """Names databases of SQLite that are open."""
    if "_sqlite3" not in sys.modules:
        return
    files = {one.name: one for one in moment.descriptors if one.kind == "file"}
    for name, one in files.items():
        if not _is_database(one):
            continue
        beside = [files[name + end] for end in _BESIDE if name + end in files]
        moment.named.update((name, *(name + end for end in _BESIDE)))
        if any(_writes(part) for part in (one, *beside)):
            message = f"A transaction is open in the database {name}; after going back it cannot be committed."
        else:
            message = f"What is written to the database {name} is not taken back."
        moment.warn("database", message, name)


def _is_database(one: Descriptor) -> bool:
    try:
        return os.pread(one.number, len(_MAGIC), 0) == _MAGIC
    except OSError:
        return False


def _writes(one: Descriptor) -> bool:
    """SQLite locks bytes of the file, or of its index beside it, for as long as a transaction has written."""
    return any(line.startswith("lock:") and " WRITE " in line for line in one.details.splitlines())


PART = Part("databases", before)
