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

        def scan() -> list[tuple[Any, int]]:
            with original(*arguments, **named) as found:
                entries.extend(found)
            return [(entry.name, _kind(entry)) for entry in entries]

        noted = player.through(tag, scan)
        if not replays:
            return _Entries(entries)
        folder = arguments[0] if arguments else named.get("path", ".")
        return _Entries([_Entry("" if isinstance(folder, int) else os.fspath(folder), name, kind) for name, kind in noted])

    return scandir


def _kind(entry: Any) -> int:
    """A bit each: a folder, a file, a link; and the first two of the link itself."""
    try:
        asked = (
            entry.is_dir(), entry.is_file(), entry.is_symlink(),
            entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False),
        )  # fmt: skip
    except OSError:
        return 0
    return sum(bit << i for i, bit in enumerate(asked))


class _Entry(os.PathLike[Any]):
    """In place of an `os.DirEntry`, of which Python makes none: it is there no more, or is another."""

    def __init__(self, folder: Any, name: Any, kind: int) -> None:
        self.name = name
        self.path = os.path.join(folder, name) if folder else name
        self._kind = kind

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """As it was recorded."""
        return bool(self._kind & (1 if follow_symlinks else 8))

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """As it was recorded."""
        return bool(self._kind & (2 if follow_symlinks else 16))

    def is_symlink(self) -> bool:
        """As it was recorded."""
        return bool(self._kind & 4)

    def is_junction(self) -> bool:
        """There are none."""
        return False

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """As it is now."""
        return _stat(self.path, follow_symlinks=follow_symlinks)

    def inode(self) -> int:
        """As it is now."""
        return _stat(self.path, follow_symlinks=False).st_ino

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


_stat = os.stat


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
