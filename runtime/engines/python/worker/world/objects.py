"""Finding Python objects by their class, through the collector. Touches every object: only where something was lost."""

import gc
from typing import Any, Iterator


def every(kind: type[Any]) -> Iterator[Any]:
    """All objects of this class and of those derived from it, that the collector knows."""
    for candidate in all_objects():
        if issubclass(type(candidate), kind):
            yield candidate


def all_objects() -> Iterator[Any]:
    """All that the collector knows, one generation after the other: a list of all at once could be large."""
    for generation in range(3):
        yield from gc.get_objects(generation)
