"""From `look` frames to `answer` frames, in a process that serves a namespace. Knows the link's frames."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any, Protocol

from hindsight_worker import durable
from hindsight_worker.answers import sendable

from . import differences, digests, throwaway
from .aside import Asides, Refused
from .complete import complete
from .evaluating import Evaluation
from .info import info
from .tables import table
from .throwaway import closes_in_child
from .variables import inspect

_KINDS = {
    "complete": complete,
    "info": info,
    "inspect": inspect,
    "table": table,
    "digest": digests.digest,
    "hand_over": differences.hand_over,
    "compare": differences.compare,
    "save": lambda namespace, request: durable.save(namespace, request["objects"], throwaway=False),
}
#: Those that a shadow answers from a throw-away copy of itself, and after how many seconds that is killed.
_ASIDE = {"digest": 10.0, "hand_over": 10.0, "compare": 10.0}


class Link(Protocol):
    """A link to the runtime; `receive` raises EOFError at its end."""

    def receive(self) -> dict[str, Any]: ...

    def send(self, frame: dict[str, Any], /) -> None: ...


def answer(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer one look at live objects.

    Args:
        namespace: The session's global variables; not changed.
        request: `kind` and the fields of that operation: `complete`, `info`, `inspect`, `table`; or of the looks
            `digest`, `hand_over` and `compare`, which are described in `digests` and `differences`.

    Returns:
        The fields of the operation's answer; None where the live objects do not know.
    """
    ask = _KINDS.get(request.get("kind", ""))
    return None if ask is None else ask(namespace, request)


def serve(link: Link, namespace: Mapping[str, Any]) -> None:
    """Answer looks until the link closes.

    Those that take long, `save {objects}` and `evaluate {code, file?, line?}` are answered from copies of the shadow,
    so that others need not wait for them. The frame `cancel {id}` kills such a copy: its look then fails with `cancelled`.

    Args:
        link: The shadow's own link.
        namespace: The session's global variables.
    """
    closes_in_child(link)
    _forget_signal_handlers()
    asides = Asides(link)
    while asides.wait():
        try:
            request = link.receive()
        except EOFError:
            asides.close()
            return
        kind = request.get("kind")
        if request.get("type") == "cancel":
            asides.cancel(request.get("id", ""))
        elif request.get("type") != "look":
            continue
        elif kind == "evaluate":
            _evaluate(asides, namespace, request)
        elif kind == "save" and throwaway.allowed():
            _save(asides, namespace, request)
        elif kind in _ASIDE and throwaway.allowed():
            asides.begin(request, lambda _, request=request: answer(namespace, request), _ASIDE[kind])
        else:
            link.send(sendable(reply(namespace, request)))


def _save(asides: Asides, namespace: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    """Write the state as objects; the answer is that of `durable.save`, with frames `progress {done, total}` before."""

    # A fork that runs Python's own hooks draws new random numbers.
    state = durable.state_of_session()

    def save(tell: Any) -> dict[str, Any]:
        try:
            progress = durable.now_and_then(lambda done, total: tell({"done": done, "total": total}))
            return durable.save(namespace, request["objects"], progress=progress, state=state)  # type: ignore[arg-type]
        except durable.SaveFailed as failure:
            raise Refused(str(failure)) from None

    asides.begin(request, save, None)


def _evaluate(asides: Asides, namespace: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    """Run code in a copy; the answer is `{outcome, output}`, see `Evaluation`."""
    evaluation = Evaluation(namespace, request)
    asides.begin(request, lambda _: evaluation.run(), None, evaluation.lost, evaluation.close)


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
    except durable.SaveFailed as failure:
        return {**frame, "ok": False, "error": str(failure)}
    except Exception as error:  # noqa: BLE001 - a look that fails must not end the shadow
        return {**frame, "ok": False, "error": f"{type(error).__name__}: {error}"}
    if found is None:
        return {**frame, "ok": True, "found": False}
    # Apart from the frame's own fields, because `info` answers a `type`, too.
    return {**frame, "ok": True, "found": True, "fields": found}
