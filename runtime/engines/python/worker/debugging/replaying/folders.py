"""What the system says of files and folders: whether one is there, how large, what is in a folder.

A file's content is not recorded, this is: the program may have made, changed or removed it since.
"""

import os
from typing import Any, Callable, Iterator

from hindsight_worker.debugging.replaying.outlets import recorded, replace
from hindsight_worker.debugging.replaying.player import OFF, REPLAY, player
from hindsight_worker.debugging.replaying.references import Attributes, References


def exchange(references: References) -> None:
    """Functions of `os`; `os.path`, `pathlib`, `glob` and `shutil` rest on them."""
    replace(references, "os", "stat lstat access readlink listdir statvfs", recorded)
    replace(references, "os", "scandir", _scandir)


def exchange_attributes(attributes: Attributes) -> None:
    """None."""


def _scandir(original: Any, tag: int) -> Callable[..., Any]:
    def scandir(_home: Any, *arguments: Any, **named: Any) -> Any:
        if player.active == OFF:
            return original(*arguments, **named)
        replays = player.active == REPLAY
        entries: list[Any] = []

        def scan() -> list[Any]:
            with original(*arguments, **named) as found:
                entries.extend(found)
            return [entry.name for entry in entries]

        names = player.through(tag, scan)
        if not replays:
            return _Entries(entries)
        with original(*arguments, **named) as found:
            there = {entry.name: entry for entry in found}
        missing = [name for name in names if name not in there]
        if missing:
            player.diverge(f"{missing[0]} is not in its folder any more")
        return _Entries([there[name] for name in names])

    return scandir


class _Entries:
    """What `os.scandir` returns: an iterator that can be closed."""

    def __init__(self, entries: list[Any]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> "_Entries":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Nothing more comes."""
        self._entries = iter(())
