"""A value of the user's program as text and as MIME bundle, whatever its own methods do.

`__repr__` and its relatives are user code: they may raise, loop for ever, return rubbish or a gigabyte.
"""

import base64
import binascii
import json
from functools import partial
from itertools import islice
from typing import Any, Callable

from hindsight_worker.deadline import DeadlinePassed, within

REPR_LIMIT = 1_000_000
REPR_SECONDS = 10.0
# Elements of a container that certainly fill REPR_LIMIT: each takes a character, a comma and a space.
_ENOUGH = REPR_LIMIT // 3 + 1
# One form of one value, and all its forms; a frame of the link must stay within the runtime's limit.
_ITEM_LIMIT = 20_000_000
_BUNDLE_LIMIT = 40_000_000
_ATOMS = (int, float, bool, complex, type(None))
# Further ways to a bundle and its metadata, for values whose class defines none; added by adaptations.
renderers: list[Callable[[Any], "tuple[dict[str, Any], dict[str, Any]] | None"]] = []

_METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_pdf_": "application/pdf",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
    "_repr_javascript_": "application/javascript",
}
_BINARY = ("image/png", "image/jpeg", "image/gif", "application/pdf")
# Richest first; what is in none of these comes before plain text.
_RICHEST = (
    "application/vnd.plotly.v1+json",
    "application/vnd.vegalite.v5+json",
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "text/markdown",
    "text/latex",
    "application/json",
)


def represent(value: Any, seconds: float | None = None) -> str:
    """`repr(value)`, at most `REPR_LIMIT` characters; a text that says so where it fails.

    Args:
        seconds: How long it may take; REPR_SECONDS if not given.

    Raises:
        KeyboardInterrupt: A person interrupted it.
    """
    seconds = REPR_SECONDS if seconds is None else seconds
    if type(value) in _ATOMS:
        try:
            return repr(value)[:REPR_LIMIT]
        except ValueError as error:  # An int beyond the limit of digits.
            return f"<int of {value.bit_length():,} bits: {error}>"
    try:
        return within(seconds, lambda: _text(repr(_shortened(value)))[:REPR_LIMIT])
    except KeyboardInterrupt:
        raise
    except DeadlinePassed:
        return f"<repr of {_name(value)} did not end within {seconds:g} seconds>"
    except BaseException as error:
        return f"<repr of {_name(value)} failed: {_reason(error)}>"


def bundle(value: Any, seconds: float | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rich forms of `value` by MIME type, without plain text, and their metadata.

    A method that fails, or takes longer than `seconds` (REPR_SECONDS), is noted in the metadata under `failed`.

    Raises:
        KeyboardInterrupt: A person interrupted it.
    """
    kind = type(value)
    if kind in _ATOMS or kind in (str, bytes, list, tuple, dict, set, frozenset) or isinstance(value, type):
        return {}, {}
    seconds = REPR_SECONDS if seconds is None else seconds
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    failed: dict[str, str] = {}
    for method, mime in (("_repr_mimebundle_", ""), *_METHODS.items()):
        if mime in data or not hasattr_static(kind, value, method):
            continue
        try:
            within(seconds, partial(_add, data, metadata, mime, value, method))
        except KeyboardInterrupt:
            raise
        except DeadlinePassed:
            failed[method] = f"did not end within {seconds:g} seconds"
        except BaseException as error:
            failed[method] = _reason(error)
    if not data:
        _render(value, seconds, data, metadata, failed)
    data.pop("text/plain", None)
    failed.update(_drop_excess(data))
    if failed:
        metadata["failed"] = failed
    return data, metadata


def _drop_excess(data: dict[str, Any]) -> dict[str, str]:
    """Leaves out the least rich forms that no longer fit, and says which they were."""
    left = _BUNDLE_LIMIT
    dropped: dict[str, str] = {}
    if len(data) * _ITEM_LIMIT <= left:
        return dropped
    for mime in sorted(data, key=lambda mime: _RICHEST.index(mime) if mime in _RICHEST else len(_RICHEST)):
        size = _size(data[mime])
        if size <= left:
            left -= size
            continue
        dropped[mime] = _too_large(f"{mime}, with richer forms,", size + _BUNDLE_LIMIT - left, _BUNDLE_LIMIT)
        del data[mime]
    return dropped


def require_sendable(data: dict[str, Any]) -> None:
    """Raises ValueError where the forms in `data` together are more than can be shown."""
    if len(data) * _ITEM_LIMIT <= _BUNDLE_LIMIT:
        return
    total = sum(_size(item) for item in data.values())
    if total > _BUNDLE_LIMIT + REPR_LIMIT:
        raise ValueError(_too_large("a display", total, _BUNDLE_LIMIT))


def _size(item: Any) -> int:
    return len(item) if isinstance(item, str) else len(json.dumps(item))


def _too_large(what: str, size: int, limit: int) -> str:
    return f"{what} of {size:,} characters is more than the {limit:,} that can be shown"


def _render(
    value: Any, seconds: float, data: dict[str, Any], metadata: dict[str, Any], failed: dict[str, str]
) -> None:
    for renderer in renderers:
        try:
            found = within(seconds, partial(renderer, value))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            failed[type(value).__name__] = _reason(error)
            continue
        if found is not None:
            data.update({mime: encode(mime, item) for mime, item in found[0].items()})
            metadata.update(found[1])


def hasattr_static(kind: type, value: Any, name: str) -> bool:
    """True when the class, or the instance itself, defines `name`; `__getattr__` that knows all does not count."""
    try:
        if any(name in vars(base) for base in kind.__mro__):
            return True
        return name in object.__getattribute__(value, "__dict__")
    except (AttributeError, TypeError):
        return False


def richest(data: dict[str, Any]) -> str:
    """The MIME type of `data` to prefer."""
    for mime in _RICHEST:
        if mime in data:
            return mime
    return next((mime for mime in data if mime != "text/plain"), "text/plain")


def plain(value: Any, depth: int = 0) -> Any:
    """`value` with nothing but what both MessagePack and JSON can carry."""
    if value is None or type(value) in (bool, str):
        return value
    if depth > 100:
        return "…"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value) if -(1 << 53) <= value <= 1 << 53 else float(value) if abs(value) < 1 << 1000 else str(value)
    if isinstance(value, float):
        return float(value) if value - value == 0 else None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, depth + 1) for item in value]
    return str(value)


def _add(data: dict[str, Any], metadata: dict[str, Any], mime: str, value: Any, name: str) -> None:
    method = getattr(value, name)
    found = method() if mime else method(include=None, exclude=None)
    if found is None:
        return
    more: Any = None
    if isinstance(found, tuple) and len(found) == 2:
        found, more = found
    if mime:
        data[mime] = encode(mime, found)
        if more:
            metadata[mime] = plain(more)
        return
    for key, item in dict(found).items():
        data[str(key)] = encode(str(key), item)
    if more:
        metadata.update(plain(dict(more)))


def encode(mime: str, item: Any) -> Any:
    """`item` as the protocol has it under `mime`: text as it is, binary data as base64, JSON as values.

    Raises:
        ValueError, TypeError: It has no such form, or one that is too large.
    """
    encoded = _encode(mime, item)
    if (size := _size(encoded)) > _ITEM_LIMIT:
        raise ValueError(_too_large(mime, size, _ITEM_LIMIT))
    return encoded


def _encode(mime: str, item: Any) -> Any:
    if mime in _BINARY:
        if isinstance(item, str):
            return _checked_base64(item)
        return base64.b64encode(item).decode()
    if mime.startswith("text/") or mime.endswith("+xml"):
        return _text(item if isinstance(item, (str, bytes)) else str(item))
    if isinstance(item, str) and mime == "application/json":
        return json.loads(item)
    return plain(item)


def _checked_base64(text: str) -> str:
    try:
        base64.b64decode(text.encode(), validate=False)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"not base64: {error}") from None
    return text


def _text(item: str | bytes) -> str:
    text = item.decode("utf-8", "replace") if isinstance(item, bytes) else item
    # A subclass of str may override anything; its characters are what counts.
    return str.__str__(text)


def _shortened(value: Any) -> Any:
    """The part of a huge builtin container or text whose repr has the same first REPR_LIMIT characters."""
    kind = type(value)
    if kind in (str, bytes, bytearray):
        return value[:REPR_LIMIT] if len(value) > REPR_LIMIT else value
    if kind in (list, tuple):
        return value[:_ENOUGH] if len(value) > _ENOUGH else value
    if kind is dict and len(value) > _ENOUGH:
        return dict(islice(value.items(), _ENOUGH))
    return value


def _name(value: Any) -> str:
    return type.__getattribute__(type(value), "__name__")


def _reason(error: BaseException) -> str:
    try:
        text = within(1.0, lambda: str(error))
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}"[:1000] if text else type(error).__name__
