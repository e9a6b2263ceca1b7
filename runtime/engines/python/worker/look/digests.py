"""Answers `digest`: for each variable of a state a short text that tells whether two states hold the same.

Equal digests mean equal values. Unequal ones may still be equal (a text that was one object and is two now), which
`compare` then finds out. Where time was over, or a value is nested too deeply, it is not known: the digest then
begins with `?` and is unlike any other.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from typing import Any, Final

from .portraits import Late, paint_digest
from .sizes import size_of
from .namespace import shown_names, type_of

SECONDS: Final = 0.8


def digest(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the look `digest`.

    Args:
        namespace: The session's; not changed.
        request: `seconds`: how long it may take.

    Returns:
        By name of the variable `{type, digest, size_bytes}`.
    """
    deadline = time.monotonic() + float(request.get("seconds") or SECONDS)
    digests: dict[int, Any] = {}
    found: dict[str, dict[str, Any]] = {
        name: {"type": type_of(namespace[name]), "size_bytes": size_of(namespace[name])}
        for name in shown_names(namespace)
    }
    # The large ones last, so that they take the time of no other.
    for name, told in sorted(found.items(), key=lambda item: item[1]["size_bytes"]):
        told["digest"] = digest_of(namespace[name], deadline, digests)
    return found


def digest_of(value: object, deadline: float, digests: dict[int, Any] | None = None) -> str:
    """Give the digest of one value.

    Args:
        value: Any object.
        deadline: When to give up, as `time.monotonic` says it.
        digests: Of arrays that were met before in the same state.

    Returns:
        32 hexadecimal digits; `?` and more where it is not known.
    """
    hashed = hashlib.blake2b(digest_size=16)

    def write(data: Any) -> int:
        if time.monotonic() > deadline:
            raise Late
        hashed.update(data)
        return len(data)

    try:
        paint_digest(value, write, deadline, {} if digests is None else digests)
    except Exception:  # noqa: BLE001 - late, too deep, or a library that fails over its own object
        return f"?{os.urandom(8).hex()}"
    return hashed.hexdigest()
