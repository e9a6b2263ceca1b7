"""Many texts as one, written and read at once: pickle would take them one by one."""

from __future__ import annotations

import pickle
from typing import Any, Final

_SEPARATOR: Final = "\0"
_SAMPLE: Final = 256


def dump(texts: list[str]) -> bytes:
    """A pickle of a list of exact `str`, which few of them make small and many do not make slow."""
    joined = _SEPARATOR.join(texts)
    if not texts or joined.count(_SEPARATOR) != len(texts) - 1:
        return pickle.dumps(texts, 5)
    sample = texts[:_SAMPLE]
    return pickle.dumps(_Texts(joined, len(set(map(id, sample))) < len(sample)), 5)


def make_texts(joined: str, repeated: bool) -> list[str]:
    """In pickles: the texts again; `repeated`: many are equal, and these are one object, as they were."""
    texts = joined.split(_SEPARATOR)
    known: dict[str, str] = {}
    return list(map(known.setdefault, texts, texts)) if repeated else texts


class _Texts:
    """Stands for the list while it is pickled."""

    def __init__(self, joined: str, repeated: bool) -> None:
        self._arguments = joined, repeated

    def __reduce__(self) -> tuple[Any, ...]:
        return make_texts, self._arguments
