"""Databases of SQLite in files: whatever is done with one is an effect, since its library reads and writes by itself.

A replay must not even read: the library looks for a journal beside the file, and would clean up what another process is
writing. Those in memory are part of the program, and are left alone.
"""

import os
import sys
from types import ModuleType
from typing import Any, Callable

from hindsight_worker import audits, importing
from hindsight_worker.debugging.replaying.player import OFF, RECORD, REPLAY, player
from hindsight_worker.debugging.replaying.references import Attributes, References

_ON_CONNECTION = "execute executemany executescript commit rollback close backup __exit__"
_ON_CURSOR = "execute executemany executescript"

_opening: list[str] = []
# By the `id` of the connection, which allows no weak reference; a later one in the same place takes it over.
_files: dict[int, str] = {}
_before_change: list[Callable[[str], None]] = []
_now_in: list[Attributes] = []


def exchange(references: References) -> None:
    """None; listens for connections, once."""
    audits.on("sqlite3.connect", _on_connect)
    audits.on("sqlite3.connect/handle", _on_connected)
    importing.after_import("sqlite3", _imported)


def exchange_attributes(attributes: Attributes) -> None:
    """Methods, where the library is there; else when it is."""
    _now_in[:] = [attributes]
    if "sqlite3" in sys.modules:
        _imported(sys.modules["sqlite3"])


def keep_with(before_change: Callable[[str], None]) -> None:
    """`before_change` is given the path of a database that is about to change."""
    _before_change[:] = [before_change]


def _imported(module: ModuleType) -> None:
    if not _now_in:
        return
    for kind, names in ((module.Connection, _ON_CONNECTION), (module.Cursor, _ON_CURSOR)):
        for name in names.split():
            if name in vars(kind):
                _now_in[0].set(kind, name, _method(vars(kind)[name], kind is module.Cursor))


def _on_connect(_event: str, arguments: tuple[Any, ...]) -> None:
    _opening.clear()
    if player.mode == OFF:
        return
    database = arguments[0]
    name = database.decode(errors="replace") if isinstance(database, bytes) else str(os.fspath(database))
    is_memory = not name or ":memory:" in name or "mode=memory" in name
    _opening[:] = [] if is_memory else [name.removeprefix("file:").split("?")[0]]


def _on_connected(_event: str, arguments: tuple[Any, ...]) -> None:
    _files.pop(id(arguments[0]), None)
    if _opening:
        _files[id(arguments[0])] = os.path.abspath(_opening.pop())


def _method(original: Any, of_cursor: bool) -> Callable[..., Any]:
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        path = _files.get(id(self.connection if of_cursor else self))
        if path is None:
            return original(self, *arguments, **named)
        mode = player.active
        if mode == REPLAY:
            player.repeat(f"{original.__name__} on the database {path} would happen again")
        if mode == OFF and player.replays:
            raise PermissionError(f"this is the past, where nothing is asked of a database: {path}")
        if mode == RECORD:
            for before_change in _before_change:
                before_change(path)
            player.effect("database", path)
        return original(self, *arguments, **named)

    call.__name__ = call.__qualname__ = original.__name__
    call.__doc__ = original.__doc__
    return call
