"""What acts outside and is neither recorded nor private, as Python's audit events tell it, right before it happens.

While a program is recorded it is told (`on_effect`), so that a snapshot can follow; a replay must not do it again, and ends
there. What the worker's own code does meanwhile is nobody's business: it does it with the player off.
"""

import os
import stat
from typing import Any, Callable

from hindsight_worker import audits
from hindsight_worker.debugging.replaying.player import OFF, RECORD, REPLAY, player
from hindsight_worker.effect_targets import command_name, is_our_business, path_name

Describe = Callable[..., "tuple[str, str] | None"]

_FORK = ("process", "a copy of this one (fork)")
_THREADS = ("_thread.start_new_thread", "_thread.start_joinable_thread")


def install(before_change: Callable[[str], None]) -> None:
    """Listens; once a process.

    Args:
        before_change: Is given the path of each file that is about to be removed, moved or cut, while a program is recorded.
    """
    for event, describe in _EVENTS.items():
        audits.on(event, _listener(describe, before_change))
    for event in _THREADS:
        audits.on(event, _on_thread)


def _listener(describe: Describe, before_change: Callable[[str], None]) -> audits.Listener:
    def listener(_event: str, arguments: tuple[Any, ...]) -> None:
        if player.mode == OFF and not player.replays:
            return
        found = describe(*arguments)
        if found is None:
            return
        if player.active == RECORD:
            if found[0].startswith("file"):
                before_change(found[1])
            player.on_effect(*found)
        elif player.active == REPLAY:
            player.diverge(f"{_SAID[found[0]]} would happen again: {found[1]}")
        elif player.replays:
            raise PermissionError(f"this is the past: {_SAID[found[0]]} is not done here ({found[1]})")

    return listener


def _on_thread(_event: str, _arguments: tuple[Any, ...]) -> None:
    player.alone = False


def _file(kind: str) -> Describe:
    def describe(path: Any, *rest: Any) -> tuple[str, str] | None:
        folder = rest[-1] if rest and isinstance(rest[-1], int) and len(rest) == _FOLDER_LAST.get(kind, 1) else -1
        name = path_name(path, folder)
        if name is None or is_our_business(name) or (kind in _NEEDS_ONE and not os.path.lexists(name)):
            return None
        return ("folder" if kind == "file-deleted" and os.path.isdir(name) else kind, name)

    return describe


def _moved(source: Any, target: Any, source_folder: int = -1, target_folder: int = -1) -> tuple[str, str] | None:
    old, new = path_name(source, source_folder), path_name(target, target_folder)
    if old is None or new is None or is_our_business(new) or not os.path.lexists(old):
        return None
    return "file-moved", f"{old} → {new}"


def _folder(path: Any, _mode: int = 0, folder: int = -1) -> tuple[str, str] | None:
    name = path_name(path, folder)
    return None if name is None or is_our_business(name) or os.path.isdir(name) else ("folder", name)


def _linked(_source: Any, path: Any, *_folders: int) -> tuple[str, str] | None:
    name = path_name(path)
    return None if name is None or is_our_business(name) else ("file-written", name)


def _killed(pid: int, number: int) -> tuple[str, str] | None:
    return None if pid == os.getpid() else ("process", f"signal {int(number)} to {pid}")


def _database(database: Any, *_: Any) -> tuple[str, str] | None:
    name = database.decode(errors="replace") if isinstance(database, bytes) else os.fspath(database)
    return None if not name or ":memory:" in name or "mode=memory" in name else ("database", name)


def is_fifo(name: str) -> bool:
    """True for what stands in a folder and is another process's end."""
    try:
        return stat.S_ISFIFO(os.stat(name).st_mode)
    except OSError:
        return False


_FOLDER_LAST = {"file-deleted": 1}
_NEEDS_ONE = ("file-deleted",)
_SAID = {
    "file-written": "a change of a file",
    "file-deleted": "the removal of a file",
    "file-moved": "the move of a file",
    "folder": "the change of a folder",
    "process": "the start of a process, or a signal to one,",
    "database": "what is done to a database",
    "request": "a request",
}
_EVENTS: dict[str, Describe] = {
    **dict.fromkeys(
        ("os.chmod", "os.chown", "os.lchown", "os.truncate", "os.utime", "os.setxattr", "os.removexattr", "os.mkfifo"),
        _file("file-written"),
    ),
    "os.link": _linked,
    "os.symlink": _linked,
    "os.remove": _file("file-deleted"),
    "os.rmdir": _file("file-deleted"),
    "os.rename": _moved,
    "os.mkdir": _folder,
    "subprocess.Popen": lambda _executable, words, *_: ("process", command_name(words)),
    "os.system": lambda command: ("process", command_name(command)),
    "os.posix_spawn": lambda _executable, words, *_: ("process", command_name(words)),
    "os.exec": lambda _executable, words, *_: ("process", command_name(words)),
    "os.spawn": lambda _mode, _path, words, *_: ("process", command_name(words)),
    "os.fork": lambda: _FORK,
    "os.forkpty": lambda: _FORK,
    "os.kill": _killed,
    "os.killpg": lambda pid, number: ("process", f"signal {int(number)} to group {pid}"),
    "sqlite3.connect": _database,
}
