"""A folder of immutable objects, each named by the SHA-256 of its content. Knows nothing of what they hold.

`ab/cdef…` holds the object `abcdef…`. New ones are written to a folder `tmp-…` beside them, made durable in
one go, and only then renamed; so a name that stands there stands for whole content, whenever the machine stops.
"""

from __future__ import annotations

import errno
import hashlib
import os
import queue
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from .encoding import Encoder, decode
from .failures import CheckpointDamaged, SaveFailed

_THREADS: Final = max(1, min(4, os.cpu_count() or 1))
_WAITING: Final = 16
_STAGING: Final = "tmp-"


class ObjectWriter:
    """Writes objects with some threads of its own, which `finish` and `abandon` end."""

    def __init__(self, folder: str, progress: Callable[[int], None]) -> None:
        """`progress` is called with the bytes that are done so far, from the threads.

        Raises:
            SaveFailed: The folder cannot be written to.
        """
        self._folder = folder
        self._progress = progress
        self._done = 0
        #: Bytes of the files of all objects, and of those among them that are new.
        self._sizes: dict[str, int] = {}
        self._staged: dict[str, int] = {}
        self._lock = threading.Lock()
        self._failure: BaseException | None = None
        self._queue: queue.Queue[Any] = queue.Queue(_WAITING)
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            self._staging = tempfile.mkdtemp(prefix=_STAGING, dir=folder)
        except OSError as error:
            raise _failed(error, folder) from error
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(_THREADS)]
        for thread in self._threads:
            thread.start()

    def add(self, data: bytes | memoryview, item_size: int, name_it: Callable[[str], None]) -> None:
        """Write `data` as one object, unless it is there; see `add_all`."""
        self.add_all([(data, name_it)], item_size)

    def add_all(self, objects: list[tuple[bytes | memoryview, Callable[[str], None]]], item_size: int) -> None:
        """Write neighbours of one content as objects, unless they are there.

        Args:
            objects: The content of each, which must not change before `finish`, and what gets its name before `finish` returns.
            item_size: See `encoding.Encoder`.

        Raises:
            SaveFailed: An earlier object could not be written.
        """
        if self._failure is not None:
            raise _failed(self._failure, self._folder)
        self._queue.put((objects, item_size))

    def finish(self, wanted: Callable[[], Iterable[str]] | None = None) -> int:
        """Make durable what was added.

        Args:
            wanted: Gives the names of the objects that are needed after all, once all have their names. None: all.

        Returns:
            The bytes that the folder has grown by.

        Raises:
            SaveFailed: Nothing that was added counts.
        """
        try:
            self._join()
            if self._failure is not None:
                raise self._failure
            if wanted is not None:
                names = set(wanted())
                self._staged = {name: size for name, size in self._staged.items() if name in names}
            if self._staged:
                self._publish()
        except OSError as error:
            raise _failed(error, self._folder) from error
        finally:
            shutil.rmtree(self._staging, ignore_errors=True)
        return sum(self._staged.values())

    def size(self, names: Iterable[str]) -> int:
        """Bytes of the files of objects that were added; after `finish`."""
        return sum(self._sizes[name] for name in names)

    def abandon(self) -> None:
        """Give up what was added; harmless after `finish`."""
        self._failure = self._failure or SaveFailed("given up")
        self._join()
        shutil.rmtree(self._staging, ignore_errors=True)

    def _join(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._failure is not None:
                continue
            try:
                objects, item_size = item
                encoder = Encoder(item_size)
                for data, name_it in objects:
                    self._write(memoryview(data), encoder, name_it)
            except BaseException as failure:  # noqa: BLE001 - told by `add_all` or `finish`
                self._failure = failure

    def _write(self, data: memoryview, encoder: Encoder, name_it: Callable[[str], None]) -> None:
        name = hashlib.sha256(data).hexdigest()
        name_it(name)
        if self._is_first(name) and not self._is_there(name):
            parts = encoder.encode(data)
            with open(os.path.join(self._staging, name), "xb", buffering=0) as file:
                for part in parts:
                    _write_all(file, part)
            self._staged[name] = self._sizes[name] = sum(map(len, parts))
        with self._lock:
            self._done += len(data)
            done = self._done
        self._progress(done)

    def _is_first(self, name: str) -> bool:
        with self._lock:
            if name in self._sizes:
                return False
            self._sizes[name] = 0
            return True

    def _is_there(self, name: str) -> bool:
        try:
            self._sizes[name] = os.stat(f"{self._folder}/{name[:2]}/{name[2:]}").st_size
        except FileNotFoundError:
            return False
        return True

    def _publish(self) -> None:
        _sync([os.path.join(self._staging, name) for name in self._staged], self._folder)
        folders = {name[:2] for name in self._staged}
        for each in folders:
            os.makedirs(os.path.join(self._folder, each), mode=0o700, exist_ok=True)
        for name in self._staged:
            os.replace(os.path.join(self._staging, name), path_of(self._folder, name))
        if hasattr(os, "O_DIRECTORY"):
            _sync([os.path.join(self._folder, each) for each in folders] + [self._folder], self._folder)


class ObjectReader:
    """Reads objects and verifies each against its name."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def size(self, name: str) -> int:
        """Bytes of an object's file.

        Raises:
            CheckpointDamaged: It is not there.
        """
        try:
            return os.stat(path_of(self._folder, name)).st_size
        except OSError as error:
            raise CheckpointDamaged(f"Object {name} is missing ({error.strerror})") from error

    def read(self, name: str, size: int) -> bytes | bytearray:
        """Content of an object, which has about `size` bytes.

        Raises:
            CheckpointDamaged: It is not there, or is not what was written.
        """
        try:
            with open(path_of(self._folder, name), "rb") as file:
                data = decode(file.read(), size)
        except OSError as error:
            raise CheckpointDamaged(f"Object {name} cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise CheckpointDamaged(f"Object {name} is damaged: {error}") from None
        if hashlib.sha256(data).hexdigest() != name:
            raise CheckpointDamaged(f"Object {name} is damaged: its content is not what was written")
        return data


def path_of(folder: str, name: str) -> str:
    """Where the object `name` is, or would be."""
    return os.path.join(folder, name[:2], name[2:])


def _write_all(file: Any, part: bytes | memoryview) -> None:
    left = memoryview(part)
    while left:
        left = left[file.write(left) :]


def _sync(paths: list[str], folder: str) -> None:
    """Make files durable: with one call for the whole file system where there is one, else one by one."""
    if len(paths) > 4 and sys.platform == "linux" and _sync_file_system(folder):
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY if hasattr(os, "O_DIRECTORY") else os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sync_file_system(folder: str) -> bool:
    import ctypes

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        result: int = ctypes.CDLL(None, use_errno=True).syncfs(descriptor)
        if result != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return True
    except AttributeError:
        return False
    finally:
        os.close(descriptor)


def _failed(error: BaseException, folder: str) -> SaveFailed:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SaveFailed(f"The disk of {folder} is full; nothing of this checkpoint was kept")
    if isinstance(error, OSError):
        return SaveFailed(f"{folder} cannot be written to: {error.strerror or error}")
    return SaveFailed(f"The objects could not be written: {type(error).__name__}: {error}")
