"""The unpickler: pickle's own, with names of the session found among what is loaded already."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from typing import Any

from . import cloudpickle_library, context
from .context import Key

cloudpickle_library.load()


class StateUnpickler(pickle.Unpickler):
    """Reads the variables of one unit, one `load` each."""

    def __init__(self, stream: Any, plain_buffers: Iterable[Any]) -> None:
        super().__init__(stream, buffers=plain_buffers)

    def find_class(self, module: str, name: str) -> Any:
        """What a pickle names. Raises what importing raises."""
        if module == "__main__":
            first, *rest = name.split(".")
            values = context.current().values
            found = values.get(Key("main", first), context.current().namespace.get(first, _MISSING))
            if found is not _MISSING:
                for each in rest:
                    found = getattr(found, each)
                return found
        return super().find_class(module, name)


_MISSING = object()
