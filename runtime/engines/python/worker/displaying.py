"""display(): rich values in the middle of an evaluation, in order with its output; also IPython's `display`.

Knows the `display` frame; sending it in order is given to it.
"""

import builtins
import os
from types import ModuleType
from typing import Any, Callable

from hindsight_worker import importing, values

Send = Callable[[dict[str, Any]], None]
_send: Send | None = None


class DisplayHandle:
    """A display that can be replaced by another value later."""

    def __init__(self, display_id: str | None = None) -> None:
        self.display_id = display_id or os.urandom(8).hex()

    def __repr__(self) -> str:
        return f"<DisplayHandle display_id={self.display_id}>"

    def display(self, obj: Any, **options: Any) -> None:
        """Shows `obj` under this id, as a new display."""
        display(obj, display_id=self.display_id, **options)

    def update(self, obj: Any, **options: Any) -> None:
        """Replaces what is shown under this id by `obj`."""
        update_display(obj, display_id=self.display_id, **options)


def install(send: Send) -> None:
    """Makes `display` and `update_display` builtins; `send` takes a display frame and keeps the order."""
    global _send
    _send = send
    builtins.display = display  # type: ignore[attr-defined]
    builtins.update_display = update_display  # type: ignore[attr-defined]
    importing.after_import("IPython.core.display_functions", _adapt_ipython)


def display(
    *objs: Any,
    display_id: str | bool | None = None,
    raw: bool = False,
    metadata: dict[str, Any] | None = None,
    update: bool = False,
    **_: Any,
) -> DisplayHandle | None:
    """Show values: as pictures, tables or formatted text where they can be, else as their repr.

    Args:
        objs: The values, each shown by itself.
        display_id: A name under which the value can be replaced later; True makes one up.
        raw: The values are MIME bundles already.
        metadata: Further metadata, by MIME type.
        update: Replace what is shown under `display_id`.

    Returns:
        A handle to replace the value, if `display_id` was given.
    """
    handle = None if display_id is None or display_id is False else DisplayHandle(None if display_id is True else str(display_id))
    for obj in objs:
        data, more = (dict(obj), {}) if raw else values.bundle(obj)
        if not raw:
            data = {**data, "text/plain": values.represent(obj)}
        publish(data, {**more, **(metadata or {})}, None if handle is None else handle.display_id, update)
    return handle


def update_display(obj: Any, *, display_id: str, **options: Any) -> None:
    """Replace what is shown under `display_id` by `obj`."""
    display(obj, display_id=display_id, update=True, **options)


def publish(data: dict[str, Any], metadata: dict[str, Any], display_id: str | None = None, update: bool = False) -> None:
    """Shows a MIME bundle. In a forked child, which cannot, its plain text is printed instead."""
    if _send is None:
        print(data.get("text/plain", ""))
        return
    encoded = {str(mime): values.encode(str(mime), item) for mime, item in data.items() if item is not None}
    values.require_sendable(encoded)
    frame: dict[str, Any] = {
        "type": "display",
        "mime_type": values.richest(encoded),
        "data": encoded,
        "metadata": values.plain(metadata),
    }
    if display_id is not None:
        frame["display_id"] = display_id
    if update:
        frame["update"] = True
    _send(frame)


def detach() -> None:
    """For a forked child: nothing is sent from now on."""
    global _send
    _send = None


def _adapt_ipython(module: ModuleType) -> None:
    """IPython's functions look for its shell, which a session has not; ours take their place."""

    def publish_display_data(
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Show a MIME bundle."""
        publish(data, metadata or {}, (transient or {}).get("display_id"), update)

    def clear_output(wait: bool = False) -> None:
        """Does nothing: a session's log keeps what was shown."""

    for name, ours in (
        ("display", display),
        ("update_display", update_display),
        ("publish_display_data", publish_display_data),
        ("clear_output", clear_output),
        ("DisplayHandle", DisplayHandle),
    ):
        setattr(module, name, ours)
