"""From `look` frames to `answer` frames, in a process that reads source code. Knows the link's frames."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from hindsight_worker.answers import sendable

from . import static_look
from .lines import lines
from .locate import locate
from .patience import patiently

_IDLE_SECONDS: Final = 0.1
_KINDS: Final = {"locate": locate, "lines": lines, "complete": static_look.complete, "info": static_look.info}


class Link(Protocol):
    """A link to the runtime; `receive` raises EOFError at its end, `wait` says whether it would not wait."""

    def receive(self) -> dict[str, Any]: ...

    def wait(self, seconds: float | None, /) -> bool: ...

    def send(self, frame: dict[str, Any], /) -> None: ...


def serve(link: Link) -> None:
    """Answer looks until the link closes.

    Args:
        link: The analyst's own link.
    """
    # What the user's code would be warned of when it runs is no concern of reading it.
    warnings.simplefilter("ignore")
    warm = False
    while True:
        try:
            request = link.receive()
        except EOFError:
            return
        if request.get("type") != "look":
            continue
        link.send(sendable(reply(request, lambda: link.wait(0))))
        # The first question is `locate` nearly always, which needs no jedi; what comes next may.
        if not warm and not link.wait(_IDLE_SECONDS):
            warm = True
            reply({"kind": "complete", "code": "", "line": 1, "column": 0}, lambda: link.wait(0))


def reply(request: Mapping[str, Any], is_awaited: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    """Give the `answer` frame for a `look` frame, an error as one too.

    Args:
        request: The frame.
        is_awaited: Tells whether another frame waits; then a long question is given up and nothing is found.

    Returns:
        The frame to send.
    """
    frame = {"type": "answer", "id": request.get("id")}
    ask = _KINDS.get(request.get("kind", ""))
    if ask is None:
        return {**frame, "ok": False, "error": f"unknown kind of look {request.get('kind')!r}"}
    try:
        found = patiently(lambda: ask(request), is_awaited)
    except Exception as error:  # noqa: BLE001 - jedi may fail in any way; the analyst goes on
        return {**frame, "ok": False, "error": f"{type(error).__name__}: {error}"[:1_000]}
    if found is None:
        return {**frame, "ok": True, "found": False}
    # Apart from the frame's own fields, because `info` answers a `type`, too.
    return {**frame, "ok": True, "found": True, "fields": found}
