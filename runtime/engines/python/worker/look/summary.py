"""One line that stands for a result at the end of a line of code. Runs no code of the object's class."""

from __future__ import annotations

from . import libraries
from .preview import cut, described, described_known, is_transparent, one_line

_MOST_COLUMNS = 80


def summarize(obj: object, text: str | None = None) -> str:
    """Give a result in one line.

    Args:
        obj: The result.
        text: Its `repr`, where the caller has it; used for objects that only their class can describe.

    Returns:
        At most 80 characters: the shape of an array or a frame (`ndarray float64 (3, 4)`,
        `DataFrame 12,481 rows × 9 columns`), else the value, cut with `…`.
    """
    known = libraries.kind(obj)
    if known is not None:
        return cut(described_known(obj, known), _MOST_COLUMNS)
    if is_transparent(obj):
        return one_line(obj, _MOST_COLUMNS)
    if text is not None:
        return cut(text.strip().partition("\n")[0], _MOST_COLUMNS) if text.strip() else ""
    return cut(described(obj), _MOST_COLUMNS)
