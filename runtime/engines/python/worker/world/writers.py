"""Hazard 7: what a file object has not yet written would be written by every copy; so it is written before the fork.

Python keeps no list of open files. The objects of a new descriptor are looked for among the young objects, once
among all, and remembered weakly.
"""

import gc
import io
import weakref
from typing import Any, Iterable

from hindsight_worker.syscalls import libc
from hindsight_worker.world.moment import Moment, Part

_WRITERS = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)
_known: dict[tuple[int, int], list["weakref.ref[Any]"]] = {}


def before(moment: Moment) -> None:
    """Flushes every writer of a file, text before bytes, and what C code has buffered."""
    files = {(one.number, one.inode): one for one in moment.descriptors if one.kind == "file" and one.writable}
    if not files:
        _known.clear()
        return
    for key in [key for key in _known if key not in files]:
        del _known[key]
    numbers = {number for number, _ in files}
    fresh = any(key not in _known for key in files)
    unwritten = fresh or any(all(reference() is None for reference in writers) for writers in _known.values())
    found = _find(numbers, range(3 if fresh else 2)) if unwritten else {}
    for key, one in files.items():
        writers = _known.setdefault(key, [])
        have = {id(reference()) for reference in writers}
        writers.extend(weakref.ref(writer) for writer in found.get(one.number, ()) if id(writer) not in have)
        _flush(moment, one.name, writers)
    libc.fflush(None)
    moment.forget_descriptors()


def _find(numbers: set[int], generations: Iterable[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for generation in generations:
        for candidate in gc.get_objects(generation):
            if issubclass(type(candidate), _WRITERS):
                number = _number(candidate)
                if number in numbers:
                    found.setdefault(number, []).append(candidate)
    return found


def _flush(moment: Moment, name: str, writers: list["weakref.ref[Any]"]) -> None:
    alive = [writer for writer in (reference() for reference in writers) if writer is not None]
    for writer in sorted(alive, key=lambda one: not isinstance(one, io.TextIOWrapper)):
        try:
            if not writer.closed:
                writer.flush()
        except (OSError, ValueError) as error:
            message = f"What is buffered for {name} could not be written before the state was taken: {error}"
            moment.warn("file", message, name)


def _number(writer: Any) -> int:
    try:
        return -1 if writer.closed else int(writer.fileno())
    except Exception:
        return -1


PART = Part("writers", before)
