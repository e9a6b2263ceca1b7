"""Hazard 17: memory that is shared with other processes is shared with every copy. Each gets one of its own.

That is what `multiprocessing.Value`, `Array`, `Lock` and `shared_memory`, and anonymous maps live in. Files that are
mapped for writing are files: they are left as they are, and named.
"""

import ctypes
import sys
from typing import Any, NamedTuple

from hindsight_worker import audits
from hindsight_worker.world import mappings, stranded
from hindsight_worker.world.moment import Moment, Part, Warning

_MOST_BYTES = 64 << 20
_READ_WRITE = 3
_SHARED_ANONYMOUS = 0x21
_MOVE_HERE = 3  # MREMAP_MAYMOVE | MREMAP_FIXED
_IN_MEMORY = ("/dev/zero", "/memfd:", "/SYSV", "/dev/shm/")
# The name of memory that all copies are meant to share: the log of a program that is recorded.
COMMON = "hindsight-log"
# Modules that make such memory in C. What Python code maps is seen by an audit event; asking the system costs more.
_MAKERS = ("_multiprocessing", "pyarrow", "torch")
_mapped = False


class _Map(NamedTuple):
    address: Any
    size: Any
    name: str


def watch() -> None:
    """From now on it is seen that Python code maps memory."""
    audits.on("mmap.__new__", _on_map)


def before(moment: Moment) -> list[_Map] | None:
    """Finds the maps; names those that are too large to be copied, or that others find by their name."""
    if not _mapped and not any(name in sys.modules for name in _MAKERS):
        return None
    plan = []
    for start, end, path in mappings.shared_and_writable():
        if _is_memory(path):
            if _keep(moment, path, end - start):
                plan.append(_Map(ctypes.c_void_p(start), ctypes.c_size_t(end - start), path))
        elif not path.startswith(("/dev/", f"/memfd:{COMMON}")) and not path.endswith("-shm"):
            moment.warn("file", f"{path} is mapped for writing; what is written to it is not taken back.", path)
            if stranded.is_held() and end - start <= _MOST_BYTES:
                # A copy that replays must not write to the file.
                plan.append(_Map(ctypes.c_void_p(start), ctypes.c_size_t(end - start), path))
    return plan or None


def separate(plan: list[_Map]) -> list[Warning] | None:
    """A map of the same content in the same place; in the frozen process, and again in each that is thawed."""
    problems: list[Warning] | None = None
    for one in plan:
        copy = _mmap(None, one.size, _READ_WRITE, _SHARED_ANONYMOUS, -1, 0)
        if copy in (None, _FAILED):
            name = one.name or "unnamed"
            message = f"There is no memory for a copy of shared memory ({name}); both timelines write to it."
            problems = [*(problems or ()), {"kind": "shared-memory", "message": message}]
            continue
        ctypes.memmove(copy, one.address, one.size.value)
        _mremap(copy, one.size, one.size, _MOVE_HERE, one.address)
    return problems


def _on_map(*_: Any) -> None:
    global _mapped
    _mapped = True


def _is_memory(path: str) -> bool:
    """False for a file that still has a name in a file system, and for what is meant to be shared."""
    if path.startswith(f"/memfd:{COMMON}"):
        return False
    return path == "" or path.endswith(" (deleted)") or path.startswith(_IN_MEMORY)


def _keep(moment: Moment, path: str, size: int) -> bool:
    name = path.removesuffix(" (deleted)")
    if size > _MOST_BYTES:
        which = f"{size >> 20} MB of shared memory ({name or 'unnamed'})"
        message = f"{which} are not part of the state; both timelines write to them."
        moment.warn("shared-memory", message, name or None)
        return False
    if path.startswith("/dev/shm/") and not path.endswith(" (deleted)"):
        message = f"After going back, the shared memory {name} is a copy; other processes see the original."
        moment.warn("shared-memory", message, name)
    return True


def _functions() -> tuple[Any, Any]:
    try:
        libc: Any = ctypes.PyDLL(None)
        mmap, mremap = libc.mmap, libc.mremap
    except (OSError, AttributeError, TypeError):
        return (None, None)
    pointer, size, number = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    mmap.restype = mremap.restype = pointer
    mmap.argtypes = [pointer, size, number, number, number, ctypes.c_long]
    mremap.argtypes = [pointer, size, size, number, pointer]
    return (mmap, mremap)


_FAILED = ctypes.c_void_p(-1).value
_mmap, _mremap = _functions()

PART = Part("shared memory", before, separate, separate)
