"""From `look` frames to `answer` frames, in a process that serves a namespace. Knows the link's frames."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any, Protocol

from hindsight_worker.answers import sendable

from .complete import complete
from .info import info
from .throwaway import closes_in_child

_KINDS = {"complete": complete, "info": info}


class Link(Protocol):
    """A link to the runtime; `receive` raises EOFError at its end."""

    def receive(self) -> dict[str, Any]: ...

    def send(self, frame: dict[str, Any], /) -> None: ...


def answer(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer one look at live objects.

    Args:
        namespace: The session's global variables; not changed.
        request: `kind` (`complete` or `info`) and the fields of that operation.

    Returns:
        The fields of the operation's answer; None where the live objects do not know.
    """
    ask = _KINDS.get(request.get("kind", ""))
    return None if ask is None else ask(namespace, request)


def serve(link: Link, namespace: Mapping[str, Any]) -> None:
    """Answer looks until the link closes.

    Args:
        link: The shadow's own link.
        namespace: The session's global variables.
    """
    closes_in_child(link)
    _forget_signal_handlers()
    while True:
        try:
            request = link.receive()
        except EOFError:
            return
        if request.get("type") == "look":
            link.send(sendable(reply(namespace, request)))


def _forget_signal_handlers() -> None:
    """A fork that ends, or a timer, would call the handler that the user has set, here in the shadow."""
    for name in ("SIGCHLD", "SIGALRM", "SIGVTALRM", "SIGPROF"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def reply(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Give the `answer` frame for a `look` frame, an error as one too."""
    frame = {"type": "answer", "id": request.get("id")}
    try:
        found = answer(namespace, request)
    except Exception as error:  # noqa: BLE001 - a look that fails must not end the shadow
        return {**frame, "ok": False, "error": f"{type(error).__name__}: {error}"}
    if found is None:
        return {**frame, "ok": True, "found": False}
    # Apart from the frame's own fields, because `info` answers a `type`, too.
    return {**frame, "ok": True, "found": True, "fields": found}
