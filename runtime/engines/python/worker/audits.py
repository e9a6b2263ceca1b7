"""Audit events of Python, for several listeners with one hook: a hook is called often, and stays for ever."""

import sys
from typing import Any, Callable

Listener = Callable[[str, tuple[Any, ...]], None]

_listeners: dict[str, Listener] = {}
_installed = False


def on(event: str, listener: Listener) -> None:
    """Calls `listener` with the event and its arguments whenever it is raised, after those that were there before.

    What a listener raises stops what was about to happen.
    """
    global _installed
    former = _listeners.get(event)
    _listeners[event] = listener if former is None else _both(former, listener)
    if not _installed:
        _installed = True
        sys.addaudithook(_hook())


def surround(wrap: Callable[[Listener], Listener]) -> None:
    """Replaces each listener of now by what `wrap` makes of it."""
    for event, listener in list(_listeners.items()):
        _listeners[event] = wrap(listener)


def _hook() -> Callable[[str, tuple[Any, ...]], None]:
    find = _listeners.get

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        listener = find(event)
        if listener is not None:
            listener(event, arguments)

    return hook


def _both(first: Listener, second: Listener) -> Listener:
    def listener(event: str, arguments: tuple[Any, ...]) -> None:
        first(event, arguments)
        second(event, arguments)

    return listener
