"""Reads back what was just pickled, in the throw-away process that wrote it: some objects refuse only then."""

from __future__ import annotations

from . import context, limits, unpickling
from .context import Key, Loading
from .parts import PiecesReader
from .pickling import StatePickler


def read_back(pickler: StatePickler, deadline: float) -> tuple[Key, BaseException | None]:
    """Load a unit from memory, beside its originals.

    Args:
        pickler: What wrote it.
        deadline: Seconds without progress after which it is given up.

    Returns:
        The last variable that was tried, and why it failed; None when all came back.
    """
    unit, scope = pickler.unit, pickler.scope
    loading = Loading(scope.main, None)
    loading.values = {key: value for key, value in scope.values.items() if key not in unit.keys}

    def read_into(index: int, memory: memoryview) -> None:
        memory[:] = memoryview(unit.buffers[index].data).cast("B")

    loading.read_into = read_into
    loading.read_each = lambda first, count: (each.data for each in unit.buffers[first : first + count])
    plain = (bytearray(each.data) for each in unit.buffers if each.plain)
    stream = PiecesReader(pickler.sink.parts)
    unpickler = unpickling.StateUnpickler(stream, plain)
    context.begin(loading)
    key = unit.keys[0]
    try:
        for key in unit.keys:
            loading.values[key] = limits.limited(deadline, lambda: stream.taken, unpickler.load)
        return key, None
    except BaseException as error:  # noqa: BLE001 - the user's classes raise anything
        return key, error
    finally:
        context.end()
