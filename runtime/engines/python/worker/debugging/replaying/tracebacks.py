"""What the program prints of an exception: without the frames of ours that it came through.

They stay in the traceback itself; `traceback`, and with it `logging`, passes them by.
"""

import os
import traceback
from typing import Any, Callable, Iterator

from hindsight_worker.debugging.replaying.references import Attributes, References

_FOLDER = os.path.dirname(__file__) + os.sep


def exchange(references: References) -> None:
    """None."""


def exchange_attributes(attributes: Attributes) -> None:
    """The two ways of `traceback` to go through the frames; before 3.11 there is one."""
    for name in ("walk_tb", "_walk_tb_with_full_positions"):
        if hasattr(traceback, name):
            attributes.set(traceback, name, _skipping(getattr(traceback, name)))


def _skipping(original: Callable[[Any], Iterator[Any]]) -> Callable[[Any], Iterator[Any]]:
    def walk(tb: Any) -> Iterator[Any]:
        return (one for one in original(tb) if not one[0].f_code.co_filename.startswith(_FOLDER))

    walk.__doc__ = original.__doc__
    return walk
