"""Reading, writing and polling by descriptor: pipes, sockets and devices are recorded, and not touched in a replay.

Regular files are not: what is read of them is there in a replay as well (`files.py`), and what is written goes into
private copies. Pipes and socket pairs with both ends in this process are: but a replay also does to its own pair what was
done to the recorded one, so that a branch finds in it what is under way.
"""

import io
import os
import select
import stat
import sys
from typing import Any, Callable

from hindsight_worker.debugging.replaying.log import tag_of
from hindsight_worker.debugging.replaying.outlets import replace
from hindsight_worker.debugging.replaying.player import OFF, RECORD, REPLAY, player
from hindsight_worker.debugging.replaying.references import Attributes, References, is_ours
from hindsight_worker.world.moment import ours

# Descriptors of pairs with both ends here; noted in a replay alone.
pairs: set[int] = set()
_fstat, _os_read = os.fstat, os.read
_poll_type: Any = type(select.poll())
_ready = select.select


def exchange(references: References) -> None:
    """Functions of `os` and `select`."""
    replace(references, "os", "read write writev sendfile splice", _by_descriptor)
    replace(references, "os", "pipe pipe2", _pair_maker)
    replace(references, "select", "select", _select)


def exchange_attributes(attributes: Attributes) -> None:
    """Methods of the raw files below all buffers, of `poll` and of `epoll`."""
    for name in ("read", "readall", "write"):
        attributes.set(io.FileIO, name, _file_method(getattr(io.FileIO, name), tag_of(f"file.{name}")))
    attributes.set(io.FileIO, "readinto", _readinto)
    attributes.set(_poll_type, "poll", _poll(_poll_type.poll, tag_of("poll.poll")))
    if hasattr(select, "epoll"):
        attributes.set(select.epoll, "poll", _poll(select.epoll.poll, tag_of("epoll.poll")))
        for name in ("register", "modify", "unregister"):
            attributes.set(select.epoll, name, _epoll_method(getattr(select.epoll, name), tag_of(f"epoll.{name}")))


def is_recorded(number: int) -> bool:
    """True for what has its other end elsewhere: no regular file, no folder, and none of the worker's own."""
    if number in ours.numbers:
        return False
    try:
        status = _fstat(number)
    except OSError:
        return False
    mode = status.st_mode
    if stat.S_ISREG(mode):
        return status.st_dev in _volatile()
    return not stat.S_ISDIR(mode)


def refuse(number: int) -> None:
    """In a replay other threads run anew, with nothing played back to them: what has its other end elsewhere is not touched.

    Raises:
        PermissionError: This is another thread, and it is about to.
    """
    if not player.is_main and number not in pairs and number not in _OUTPUT and is_recorded(number):
        raise PermissionError(f"this is the past, where other threads do nothing outside (descriptor {number})")


_OUTPUT = (1, 2)


def echo(number: int, call: Callable[[], Any], reads: bool) -> None:
    """In a replay: does the same to a pair of this process, as far as it can be done at once."""
    if number not in pairs:
        return
    try:
        either = [number]
        if any(_ready(either if reads else [], [] if reads else either, [], 0)):
            call()
    except (OSError, ValueError):
        return


_volatile_devices: set[int] = set()


def _volatile() -> set[int]:
    """Where the system shows its own figures as files."""
    if not _volatile_devices:
        for name in ("/proc", "/sys"):
            try:
                _volatile_devices.add(_stat(name).st_dev)
            except OSError:
                continue
    return _volatile_devices


_stat = os.stat


def _by_descriptor(original: Any, tag: int) -> Callable[..., Any]:
    reads = original.__name__ == "read"

    def call(_home: Any, number: Any, *arguments: Any, **named: Any) -> Any:
        if player.replays and isinstance(number, int):
            refuse(number)
        if player.mode == OFF or not isinstance(number, int) or not is_recorded(number):
            return original(number, *arguments, **named)
        replays = player.active == REPLAY
        value = player.through(tag, lambda: original(number, *arguments, **named))
        if replays and number in pairs and value:
            rest = (len(value),) if reads else arguments
            echo(number, lambda: original(number, *rest), reads)
        return value

    return call


def _pair_maker(original: Any, tag: int) -> Callable[..., Any]:
    def call(_home: Any, *arguments: Any) -> Any:
        made = original(*arguments)
        if player.mode == REPLAY:
            pairs.update(made)
        return made

    return call


def _file_method(original: Any, tag: int) -> Callable[..., Any]:
    reads = original.__name__ != "write"

    def call(self: Any, *arguments: Any) -> Any:
        if player.replays:
            refuse(self.fileno())
        if player.mode == OFF or not is_recorded(self.fileno()):
            return original(self, *arguments)
        replays = player.active == REPLAY
        value = player.through(tag, lambda: original(self, *arguments))
        if replays and value:
            rest = (len(value),) if reads else arguments
            echo(self.fileno(), lambda: (_read if reads else original)(self, *rest), reads)
        return value

    call.__name__ = call.__qualname__ = original.__name__
    call.__doc__ = original.__doc__
    return call


_read: Any = io.FileIO.read
_native_readinto: Any = io.FileIO.readinto
_READINTO = tag_of("file.readinto")


def _readinto(self: Any, buffer: Any, /) -> Any:
    """Same as RawIOBase.readinto()."""
    if player.replays:
        refuse(self.fileno())
    if player.mode == OFF or not is_recorded(self.fileno()):
        return _native_readinto(self, buffer)
    return into(_READINTO, self.fileno(), buffer, lambda: _native_readinto(self, buffer))


def into(tag: int, number: int, buffer: Any, call: Callable[[], Any]) -> Any:
    """Records or plays back a call that fills `buffer` and returns how many bytes it has put there, or None."""
    mode = player.active
    if mode == OFF:
        return call()
    view = memoryview(buffer).cast("B")
    data = player.through(tag, lambda: _filled(call(), view))
    if data is None:
        return None
    if mode == REPLAY:
        view[: len(data)] = data
        echo(number, lambda: _os_read(number, len(data)), True)
    return len(data)


def _filled(count: int | None, view: memoryview) -> bytes | None:
    return None if count is None else bytes(view[:count])


def _select(original: Any, tag: int) -> Callable[..., Any]:
    def call(_home: Any, read: Any, write: Any, exceptional: Any, timeout: Any = None, /) -> Any:
        if player.mode == OFF:
            return original(read, write, exceptional, timeout)
        lists = [list(read), list(write), list(exceptional)]
        ready = player.through(tag, lambda: _places(lists, original(*lists, timeout)))
        return tuple([objects[i] for i in places] for objects, places in zip(lists, ready))

    return call


def _places(lists: list[list[Any]], ready: tuple[list[Any], ...]) -> list[list[int]]:
    return [[i for i, one in enumerate(objects) if any(one is other for other in found)] for objects, found in zip(lists, ready)]


def _poll(original: Any, tag: int) -> Callable[..., Any]:
    def poll(self: Any, *arguments: Any, **named: Any) -> Any:
        if player.mode == OFF or is_ours(sys._getframe(1).f_globals.get("__name__", "")):
            return original(self, *arguments, **named)
        return player.through(tag, lambda: original(self, *arguments, **named))

    return poll


def _epoll_method(original: Any, tag: int) -> Callable[..., Any]:
    """Recorded, and done in a replay as well, where the set is a copy: a branch goes on with it."""

    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if player.active in (OFF, RECORD):
            return player.through(tag, lambda: original(self, *arguments, **named))
        try:
            original(self, *arguments, **named)
        except (OSError, ValueError):
            pass
        return player.take(tag)

    return call
