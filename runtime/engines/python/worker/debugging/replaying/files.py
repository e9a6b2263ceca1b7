"""Files in a replay: what was open for writing, or is opened for it, is a private copy; what is read is as it was then.

A private copy is a file without a name, in memory. Opening the same path again in that replay leads to it. `open` and
`os.open` are exchanged in replays alone: the recorded program opens its files as without us.
"""

import errno
import os
import stat
from typing import Any, Callable

from hindsight_worker import world
from hindsight_worker.debugging.replaying.nameless import copy_of, copy_with
from hindsight_worker.debugging.replaying.outlets import replace
from hindsight_worker.debugging.replaying.outside import is_fifo
from hindsight_worker.debugging.replaying.player import KEPT, OFF, REPLAY, player
from hindsight_worker.debugging.replaying.references import References
from hindsight_worker.debugging.replaying.versions import Found, Versions
from hindsight_worker.effect_targets import is_our_business
from hindsight_worker.world import files as open_files

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_UNNAMED = getattr(os, "O_TMPFILE", 0) & ~getattr(os, "O_DIRECTORY", 0)
_AT_OPEN_ONLY = os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)

_os_open, _close, _dup2, _fstat = os.open, os.close, os.dup2, os.fstat
_lstat, _isdir, _readlink = os.lstat, os.path.isdir, os.readlink


class Files:
    """Of one trace, in one process."""

    def __init__(self) -> None:
        self.versions: Versions | None = None
        # Path to our own descriptor of the private copy; and of what was read: (path, size or content).
        self._private: dict[str, int] = {}
        self._written: set[str] = set()
        # Made by the call that is just under way, which may ask for a new one.
        self._made: set[str] = set()
        self._opening = False

    def exchange(self, references: References) -> None:
        """Functions that open; for `References` that are put in in a replay."""
        replace(references, "builtins", "open", self._open)
        replace(references, "os", "open", self._open_descriptor)

    def separate(self) -> None:
        """Right after a thaw: what is open for writing becomes a private copy, as it was when the snapshot was taken."""
        former = {_identity(private): path for path, private in self._private.items()}
        copies: dict[tuple[int, int], int] = {}
        self._opening = True
        try:
            for part, plan in world.noted():
                if part is open_files.PART:
                    for one in plan:
                        if int(one.flags) & os.O_ACCMODE != os.O_RDONLY:
                            self._separate(one, former, copies)
        finally:
            self._opening = False

    @property
    def private_paths(self) -> list[str]:
        """Of the files that are, or were, written to in this replay."""
        return sorted(self._written)

    def check(self, path: Any, flags: Any) -> None:
        """The audit event `open`, in a copy: a file is opened for writing, and not by way of us."""
        if self._opening or not is_written(flags) or isinstance(path, int):
            return
        mode, player.mode = player.mode, OFF
        try:
            name = real_path(os.fsdecode(path))
            if is_our_business(name) or _isdir(name):
                return
        finally:
            player.mode = mode
        if player.active == REPLAY:
            player.diverge(f"{name} would be written to again, by a library that does so in its own way")
        else:
            raise PermissionError(f"this is the past: no file is written here ({name})")

    def _separate(self, one: Any, former: dict[tuple[int, int], str], copies: dict[tuple[int, int], int]) -> None:
        number = one.descriptors[0][0]
        identity = _identity(number)
        path = former.get(identity) or _readlink(f"/proc/self/fd/{number}")
        if identity not in copies:
            found = self._find(path) if identity not in former else Found("present")
            if found.kind in ("present", "beginning", "lost"):
                size = one.size if found.size < 0 else min(one.size, found.size)
                copies[identity] = copy_of(f"/proc/self/fd/{number}", size)
            else:
                copies[identity] = copy_with(found.content[: one.size])
            self._private[path] = copies[identity]
            self._written.add(path)
        opened = _os_open(f"/proc/self/fd/{copies[identity]}", int(one.flags) & ~_AT_OPEN_ONLY & ~os.O_TRUNC | os.O_CLOEXEC)
        os.lseek(opened, one.offset.value, os.SEEK_SET)
        for descriptor, close_on_exec in one.descriptors:
            _dup2(opened, descriptor, inheritable=not close_on_exec)
        _close(opened)

    def _open(self, original: Any, tag: int) -> Callable[..., Any]:
        def open(_home: Any, file: Any, mode: Any = "r", *rest: Any, **named: Any) -> Any:
            has_opener = named.get("opener") is not None or len(rest) > 5
            if player.active != REPLAY or has_opener or not isinstance(file, (str, bytes, os.PathLike)):
                return original(file, mode, *rest, **named)
            self._opening = True
            try:
                # The name stays the program's own; the descriptor is ours.
                return original(file, mode, *rest, **named, opener=lambda path, flags: self._opened(path, flags, 0o666, None))
            finally:
                self._opening = False

        return open

    def _open_descriptor(self, original: Any, tag: int) -> Callable[..., Any]:
        def open(_home: Any, path: Any, flags: Any, mode: Any = 0o777, *, dir_fd: Any = None) -> Any:
            if player.active != REPLAY or not isinstance(path, (str, bytes, os.PathLike)):
                return original(path, flags, mode, dir_fd=dir_fd)
            return self._opened(path, flags, mode, dir_fd)

        return open

    def _opened(self, path: Any, flags: int, mode: int, folder: int | None) -> int:
        """A descriptor for what `path` was at this place in the log, or raises as the system would."""
        player.mode = OFF
        opening, self._opening = self._opening, True
        try:
            name = real_path(_below(folder, os.fsdecode(path)))
            found = self._find(name)
        finally:
            player.mode = REPLAY
        if is_written(flags) and player.comes(KEPT):
            player.take(KEPT)
        if is_fifo(name):
            player.repeat(f"opening {name} would happen again")
        if found.kind == "lost" and name not in self._private:
            player.diverge(f"{name} has been changed since, and what was in it was too large to be kept")
        player.mode = OFF
        try:
            if is_written(flags):
                self._written.add(name)
            if name not in self._private and not self._copies(name, path, flags, found):
                return _os_open(path, flags, mode, dir_fd=folder)
            if flags & os.O_EXCL and flags & os.O_CREAT and name not in self._made:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
            self._made.discard(name)
            return _os_open(f"/proc/self/fd/{self._private[name]}", flags & ~_AT_OPEN_ONLY | os.O_CLOEXEC)
        finally:
            player.mode = REPLAY
            self._opening = opening

    def _copies(self, name: str, path: Any, flags: int, found: Found) -> bool:
        """Makes the private copy of a file that needs one; False for one that can be opened as it is."""
        writes = is_written(flags) and not _is_device(name)
        if found.kind == "folder" or (found.kind == "present" and (not writes or _isdir(name))):
            return False
        if found.kind == "absent" or (found.kind == "present" and not _is_file(name)):
            self._make(name, path, flags)
        elif found.kind == "content":
            self._private[name] = copy_with(b"" if flags & os.O_TRUNC else found.content)
        else:
            self._private[name] = copy_of(name, 0 if flags & os.O_TRUNC else found.size)
        return True

    def _make(self, name: str, path: Any, flags: int) -> None:
        """A file that was not there: made, where the system would make it."""
        if not flags & os.O_CREAT or not self._is_folder(os.path.dirname(name)) or self._is_folder(name):
            number = errno.EISDIR if self._is_folder(name) else errno.ENOENT
            raise OSError(number, os.strerror(number), path)
        self._private[name] = copy_with(b"")
        self._made.add(name)

    def _is_folder(self, path: str) -> bool:
        kind = self._find(path).kind
        return kind == "folder" or (kind == "present" and _isdir(path))

    def _find(self, path: str) -> Found:
        return Found("present") if self.versions is None else self.versions.find(path, player.at)


files = Files()


def is_written(flags: Any) -> bool:
    """Whether these flags of `open` are for writing; a file without a name is nobody's business."""
    return isinstance(flags, int) and bool(flags & _WRITES) and not flags & _UNNAMED


def _identity(number: int) -> tuple[int, int]:
    status = _fstat(number)
    return status.st_dev, status.st_ino


def real_path(path: str) -> str:
    """Absolute, without symbolic links; the player is off."""
    return os.path.realpath(path)


def _below(folder: int | None, path: str) -> str:
    return path if folder is None or os.path.isabs(path) else os.path.join(_readlink(f"/proc/self/fd/{folder}"), path)


def _is_device(name: str) -> bool:
    return name.startswith("/dev/") and not name.startswith("/dev/shm/")


def _is_file(name: str) -> bool:
    try:
        return stat.S_ISREG(_lstat(name).st_mode) or stat.S_ISLNK(_lstat(name).st_mode)
    except OSError:
        return False
