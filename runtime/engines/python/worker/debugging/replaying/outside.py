"""What acts outside and is neither recorded nor private, as Python's audit events tell it, right before it happens.

While a program is recorded it is told (`on_effect`), so that a snapshot can follow; a replay must not do it again, and ends
there. What the worker's own code does meanwhile is nobody's business: it does it with the player off.
"""

import errno
import os
import stat
from typing import Any, Callable, Union

from hindsight_worker import audits
from hindsight_worker.debugging.replaying.log import tag_of
from hindsight_worker.debugging.replaying.player import OFF, RECORD, REPLAY, player
from hindsight_worker.effect_targets import command_name, is_our_business, path_name

# Kind and target of an effect; what it is about to raise, where nothing will come of it; None for nobody's business.
Found = Union["tuple[str, str]", OSError, None]
Describe = Callable[..., Found]

_stat = os.stat
_FAILED = tag_of("a change that failed")

_FORK = ("process", "a copy of this one (fork)")
_THREADS = ("_thread.start_new_thread", "_thread.start_joinable_thread")


def install(on_open: Callable[[Any, Any, Any], None], before_change: Callable[[str], None]) -> None:
    """Listens; once a process.

    Args:
        on_open: Is given path, mode and flags of each file that is opened, while a program is recorded or replayed.
        before_change: Is given the path of each file or folder that is about to be made, removed, moved or cut, while a program is recorded.
    """
    audits.surround(_quiet)
    audits.on("open", _on_open(on_open))
    for event, describe in _EVENTS.items():
        audits.on(event, _listener(describe, before_change))
    for event in _THREADS:
        audits.on(event, _on_thread)


def _quiet(listener: audits.Listener) -> audits.Listener:
    """What others do with an event is neither recorded nor played back."""

    def quiet(event: str, arguments: tuple[Any, ...]) -> None:
        mode = player.active
        if mode == OFF:
            listener(event, arguments)
            return
        player.mode = OFF
        try:
            listener(event, arguments)
        finally:
            player.mode = mode

    return quiet


def _on_open(on_open: Callable[[Any, Any, Any], None]) -> audits.Listener:
    def listener(_event: str, arguments: tuple[Any, ...]) -> None:
        if player.mode != OFF or player.replays:
            on_open(*arguments)

    return listener


def _listener(describe: Describe, before_change: Callable[[str], None]) -> audits.Listener:
    def listener(event: str, arguments: tuple[Any, ...]) -> None:
        if player.mode == OFF and not player.replays:
            return
        mode = player.active
        if mode == REPLAY and player.comes(_FAILED):
            player.take(_FAILED)
        found = _described(describe, arguments)
        if found is None:
            return
        if mode == RECORD:
            _recorded(found, before_change)
            return
        target = found.filename if isinstance(found, OSError) else found[1]
        if mode == REPLAY:
            player.repeat(f"{event} would happen again: {target}")
        elif player.replays:
            raise PermissionError(f"this is the past, where {event} is not done: {target}")

    return listener


def _described(describe: Describe, arguments: tuple[Any, ...]) -> Found:
    if not player.is_main:
        return describe(*arguments)  # The main thread goes on meanwhile, and what it calls is recorded.
    mode, player.mode = player.mode, OFF
    try:
        return describe(*arguments)
    finally:
        player.mode = mode


def _recorded(found: "tuple[str, str] | OSError", before_change: Callable[[str], None]) -> None:
    if isinstance(found, OSError):
        # It is about to fail, and must in a replay, too, where things may have changed.
        player.put_error(_FAILED, found)
        return
    if found[0].startswith("file") or found[0] == "folder":
        for path in found[1].split(_ARROW):
            before_change(path)
    player.effect(*found)


def _on_thread(_event: str, _arguments: tuple[Any, ...]) -> None:
    player.starts_thread()


def _changed(path: Any, *_: Any) -> Found:
    name = path_name(path)
    return None if name is None or is_our_business(name) else ("file-written", name)


def _removed(path: Any, folder: int = -1) -> Found:
    name = path_name(path, folder)
    if name is None or is_our_business(name):
        return None
    if not os.path.lexists(name):
        return _error(errno.ENOENT, path)
    return "folder" if os.path.isdir(name) else "file-deleted", name


def _moved(source: Any, target: Any, source_folder: int = -1, target_folder: int = -1) -> Found:
    old, new = path_name(source, source_folder), path_name(target, target_folder)
    if old is None or new is None or is_our_business(new):
        return None
    return ("file-moved", f"{old}{_ARROW}{new}") if os.path.lexists(old) else _error(errno.ENOENT, source, target)


def _made_folder(path: Any, _mode: int = 0, folder: int = -1) -> Found:
    name = path_name(path, folder)
    if name is None or is_our_business(name):
        return None
    if os.path.lexists(name):
        return _error(errno.EEXIST, path)
    return ("folder", name) if os.path.isdir(os.path.dirname(name)) else _error(errno.ENOENT, path)


def _linked(_source: Any, path: Any, *_folders: int) -> Found:
    return _changed(path)


def _error(number: int, path: Any, other: Any = None) -> OSError:
    return OSError(number, os.strerror(number), path, None, other) if other else OSError(number, os.strerror(number), path)


def _killed(pid: int, number: int) -> Found:
    return None if pid == os.getpid() else ("process", f"signal {int(number)} to {pid}")


def _killed_group(group: int, number: int) -> Found:
    return None if group in (0, os.getpgrp()) else ("process", f"signal {int(number)} to group {group}")


def _database(database: Any, *_: Any) -> Found:
    name = database.decode(errors="replace") if isinstance(database, bytes) else os.fspath(database)
    return None if not name or ":memory:" in name or "mode=memory" in name else ("database", name)


def is_fifo(name: str) -> bool:
    """True for what stands in a folder and is another process's end."""
    try:
        return stat.S_ISFIFO(_stat(name).st_mode)
    except OSError:
        return False


_ARROW = " → "
_EVENTS: dict[str, Describe] = {
    **dict.fromkeys(
        ("os.chmod", "os.chown", "os.lchown", "os.truncate", "os.utime", "os.setxattr", "os.removexattr", "os.mkfifo"),
        _changed,
    ),
    "os.link": _linked,
    "os.symlink": _linked,
    "os.remove": _removed,
    "os.rmdir": _removed,
    "os.rename": _moved,
    "os.mkdir": _made_folder,
    "shutil.rmtree": _removed,
    "subprocess.Popen": lambda _executable, words, *_: ("process", command_name(words)),
    "os.system": lambda command: ("process", command_name(command)),
    "os.posix_spawn": lambda _executable, words, *_: ("process", command_name(words)),
    "os.exec": lambda _executable, words, *_: ("process", command_name(words)),
    "os.spawn": lambda _mode, _path, words, *_: ("process", command_name(words)),
    "os.fork": lambda: _FORK,
    "os.forkpty": lambda: _FORK,
    "os.kill": _killed,
    "os.killpg": _killed_group,
    "sqlite3.connect": _database,
}
