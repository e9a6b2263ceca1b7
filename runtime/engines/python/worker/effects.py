"""What an evaluation does outside of the session: files, requests, processes, databases. None of it can be undone.

Seen by Python's audit events, so what C code does by itself is not seen. Knows no evaluation beyond its beginning
and its end; what happens between two evaluations is nobody's.
"""

import os
from typing import Any, Callable

from hindsight_worker import audits
from hindsight_worker.effect_targets import address_name, command_name, is_our_business, path_name, url_name

Effect = dict[str, Any]

_MOST = 100
_MOST_KEPT = 5000
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_UNNAMED = getattr(os, "O_TMPFILE", 0) & ~getattr(os, "O_DIRECTORY", 0)


class Effects:
    """Those of the present evaluation, by kind and target, in the order in which they were first seen."""

    def __init__(self) -> None:
        self.active = False
        self._clear()

    def begin(self) -> None:
        """An evaluation begins."""
        self._clear()
        self.active = True

    def end(self) -> list[Effect]:
        """It has ended.

        Returns:
            What was seen, as `{kind, target, count?}`; at most 100, the last of which then says how many more.
        """
        self.active = False
        found = [(kind, target, count) for (kind, target), count in self._found.items() if self._remains(kind, target)]
        left = len(found) - _MOST + 1 if len(found) > _MOST or self._more else 0
        shown = found[: _MOST - 1] if left > 0 else found
        effects: list[Effect] = [
            {"kind": kind, "target": target, **({"count": count} if count > 1 else {})} for kind, target, count in shown
        ]
        if left > 0:
            last = found[_MOST - 1][0] if len(found) >= _MOST else "file-written"
            effects.append({"kind": last, "target": f"… and {left + self._more} more"})
        self._clear()
        return effects

    def note(self, kind: str, target: str) -> None:
        """Counts one effect."""
        key = (kind, target)
        if key in self._found or len(self._found) < _MOST_KEPT:
            self._found[key] = self._found.get(key, 0) + 1
        else:
            self._more += 1

    def opened(self, path: Any, mode: Any, flags: Any) -> None:
        """A file is opened, by `open`, `os.open` and all that rests on them."""
        writes = flags & _WRITES if isinstance(flags, int) else any(letter in str(mode) for letter in "wax+")
        if not writes or (isinstance(flags, int) and flags & _UNNAMED) or isinstance(path, int):
            return
        name = path_name(path)
        # A folder is opened "for writing" by `tempfile`, which lets an opener of its own do something else.
        if name is not None and not is_our_business(name) and not os.path.isdir(name):
            self._remember_new(name)
            self.note("file-written", name)

    def changed(self, path: Any, *_: Any) -> None:
        """Its mode, owner, times or length."""
        name = path_name(path)
        if name is not None and not is_our_business(name):
            self.note("file-written", name)

    def linked(self, _source: Any, path: Any, _source_folder: int = -1, folder: int = -1) -> None:
        """A link is made, symbolic or not."""
        name = path_name(path, folder)
        if name is not None and not is_our_business(name):
            self._remember_new(name)
            self.note("file-written", name)

    def removed(self, path: Any, folder: int = -1) -> None:
        """A file, or an empty folder."""
        name = path_name(path, folder)
        if name is None or is_our_business(name) or not os.path.lexists(name):
            return
        if name not in self._made and not any(name.startswith(tree) for tree in self._removed_trees):
            self.note("folder" if os.path.isdir(name) else "file-deleted", name)

    def removed_tree(self, path: Any, folder: int | None = None) -> None:
        """A folder with all that is in it."""
        name = path_name(path, -1 if folder is None else folder)
        if name is None or not os.path.isdir(name):
            return
        if name not in self._made:
            self.note("file-deleted", name + os.sep)
        self._removed_trees.extend((name + os.sep, name))

    def moved(self, source: Any, target: Any, source_folder: int = -1, target_folder: int = -1) -> None:
        """A file or folder gets another name."""
        old, new = path_name(source, source_folder), path_name(target, target_folder)
        if old is None or new is None or is_our_business(new) or not os.path.lexists(old):
            return
        if old in self._made:
            # Written under another name first, as careful programs do.
            self._remember_new(new)
            self.note("file-written", new)
        else:
            self.note("file-moved", f"{old} → {new}")

    def made_folder(self, path: Any, _mode: int = 0, folder: int = -1) -> None:
        """A folder is made."""
        name = path_name(path, folder)
        if name is not None and not is_our_business(name) and not os.path.isdir(name):
            self._made.add(name)
            self.note("folder", name)

    def resolved(self, host: Any, port: Any, *_: Any) -> None:
        """The name of a host is looked up: that of the connection that follows."""
        if host is not None:
            self._hosts[str(port)] = host.decode(errors="replace") if isinstance(host, bytes) else str(host)

    def connected(self, _socket: Any, address: Any) -> None:
        """A connection is opened."""
        self._asked(address_name(address, self._hosts))

    def sent(self, _socket: Any, address: Any) -> None:
        """A datagram is sent; nobody has looked up a name for it."""
        self._asked(address_name(address, {}))

    def _asked(self, name: str | None) -> None:
        if name is not None and name not in self._requested:
            self.note("request", name)

    def requested(self, url: Any, *_: Any) -> None:
        """urllib asks for an address."""
        name, peer = url_name(url)
        self._requested.add(peer)
        self.note("request", name)

    def started(self, executable: Any, words: Any, *_: Any) -> None:
        """A program is started by `subprocess`."""
        self._starting = str(executable)
        self.note("process", command_name(words))

    def spawned(self, executable: Any, words: Any, *_: Any) -> None:
        """A program is started by `os.posix_spawn` or `os.exec`; `subprocess` may use it, too."""
        if str(executable) != self._starting:
            self.note("process", command_name(words))
        self._starting = ""

    def connected_database(self, database: Any, *_: Any) -> None:
        """One of SQLite; those in memory are part of the state."""
        name = database.decode(errors="replace") if isinstance(database, bytes) else os.fspath(database)
        if name and ":memory:" not in name and "mode=memory" not in name:
            self.note("database", path_name(name.removeprefix("file:").split("?")[0]) or name)

    def _clear(self) -> None:
        self._found: dict[tuple[str, str], int] = {}
        self._more = 0
        # Paths that were not there before this evaluation: that they are gone at its end is no effect.
        self._made: set[str] = set()
        self._removed_trees: list[str] = []
        self._hosts: dict[str, str] = {}
        self._requested: set[str] = set()
        self._starting = ""

    def _remember_new(self, name: str) -> None:
        if not os.path.lexists(name):
            self._made.add(name)

    def _remains(self, kind: str, target: str) -> bool:
        """False for what was made and removed again, or could not be made at all."""
        if kind == "file-written" or (kind == "folder" and target in self._made):
            return os.path.lexists(target)
        return True


_effects = Effects()


def begin() -> None:
    """From here on effects are collected."""
    _effects.begin()


def end() -> list[Effect]:
    """Those since `begin`; see `Effects.end`."""
    return _effects.end()


def install() -> None:
    """Listens; once a process."""
    effects = _effects
    for event, method in {
        "open": effects.opened,
        "os.chmod": effects.changed,
        "os.chown": effects.changed,
        "os.lchown": effects.changed,
        "os.truncate": effects.changed,
        "os.utime": effects.changed,
        "os.setxattr": effects.changed,
        "os.removexattr": effects.changed,
        "os.link": effects.linked,
        "os.symlink": lambda source, path, folder=-1: effects.linked(source, path, -1, folder),
        "os.mkfifo": effects.changed,
        "os.remove": effects.removed,
        "os.rmdir": effects.removed,
        "shutil.rmtree": effects.removed_tree,
        "os.rename": effects.moved,
        "os.mkdir": effects.made_folder,
        "socket.getaddrinfo": effects.resolved,
        "socket.connect": effects.connected,
        "socket.sendto": effects.sent,
        "socket.sendmsg": effects.sent,
        "urllib.Request": effects.requested,
        "subprocess.Popen": effects.started,
        "os.system": lambda command: effects.note("process", command_name(command)),
        "os.posix_spawn": effects.spawned,
        "os.exec": effects.spawned,
        "os.spawn": lambda _mode, path, words, _environment: effects.spawned(path, words),
        "os.fork": lambda: effects.note("process", "a copy of this one (fork)"),
        "os.forkpty": lambda: effects.note("process", "a copy of this one (fork)"),
        "os.kill": lambda pid, number: pid != os.getpid() and effects.note("process", f"signal {int(number)} to {pid}"),
        "os.killpg": lambda pid, number: effects.note("process", f"signal {int(number)} to group {pid}"),
        "sqlite3.connect": effects.connected_database,
    }.items():
        audits.on(event, _while_active(effects, method))


def _while_active(effects: Effects, method: Callable[..., Any]) -> audits.Listener:
    def listener(_event: str, arguments: tuple[Any, ...]) -> None:
        if effects.active:
            try:
                method(*arguments)
            except Exception:
                # What cannot be described is not worth stopping the program for.
                return

    return listener
