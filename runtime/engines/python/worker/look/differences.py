"""Answers `hand_over` and `compare`: the earlier state writes portraits of some variables to a file, the later one
reads them and says how its own differ.

Both run in a throw-away copy of a shadow, for a preview may run a user's `__repr__`. Reading the file back makes no
object of a user's class (see `portraits`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from typing import Any, Final

from hindsight_worker.deadline import DeadlinePassed, within

from . import libraries
from .asking import describe
from .differences_of_values import compare as compare_portraits
from .differences_of_values import unified
from .likeness import Comparison
from .portraits import Late, paint, read
from .preview import preview
from .sizes import size_of
from .sketches_of_code import source_of
from .statics import MISSING, lookup
from .namespace import kind_of, type_of

HAND_OVER_SECONDS: Final = 0.4
COMPARE_SECONDS: Final = 0.6
MOST_BYTES: Final = 200_000_000
_PREVIEW_SECONDS: Final = 0.05


def hand_over(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the look `hand_over`, in the earlier state.

    Args:
        namespace: The session's; not changed.
        request: `names`: of the variables that may differ, those that this state has not are passed over; `path`: of
            the file to write (0600, replaced when it exists); `seconds` and `most_bytes`: bounds.

    Returns:
        `names`: those that were written; `bytes`: of the file; `truncated`: true where the portrait of one did not
        fit, of which the file then has only type, size and preview.
    """
    deadline = time.monotonic() + float(request.get("seconds") or HAND_OVER_SECONDS)
    left = int(request.get("most_bytes") or MOST_BYTES)
    written, truncated = [], False
    descriptor = os.open(request["path"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        # The small ones first, so that they have a place whatever the large ones take.
        for name, value in sorted(_present(namespace, request["names"]), key=lambda item: size_of(item[1])):
            facts = _facts(name, value, deadline)
            portrait, reason = _painted(value, left, deadline)
            left -= len(portrait)
            truncated = truncated or reason == "late"
            head = json.dumps({**facts, "portrait": len(portrait), "late": reason == "late"}).encode()
            file.write(len(head).to_bytes(4, "big") + head + portrait)
            written.append(name)
        return {"names": written, "bytes": file.tell(), "truncated": truncated}


def compare(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the look `compare`, in the later state.

    Args:
        namespace: The session's; not changed.
        request: `names`: the same as `hand_over` had; `path`: of the file that it wrote; `seconds`: how long.

    Returns:
        `added`, `removed`, `changed` in the order of `names`, each a `Difference` of the protocol, and `truncated`:
        true where not everything could be compared. A variable that turns out to be equal, or of which it is not known
        that it differs, is in none of them.

    Raises:
        OSError: There is no such file.
    """
    deadline = time.monotonic() + float(request.get("seconds") or COMPARE_SECONDS)
    earlier = _handed_over(request["path"])
    later = dict(_present(namespace, request["names"]))
    told: dict[str, Any] = {"added": [], "removed": [], "changed": [], "truncated": False}
    for name in request["names"]:
        if name in later and name in earlier:
            difference, late = _difference(earlier[name], name, later[name], deadline)
            told["truncated"] = told["truncated"] or late
            told["changed"] += [] if difference is None else [difference]
        elif name in later:
            facts = _facts(name, later[name], deadline)
            told["added"].append({**_common(facts), "summary": _first_line(facts), "after": facts["preview"]})
        elif name in earlier:
            facts = earlier[name][0]
            told["removed"].append({**_common(facts), "summary": _first_line(facts), "before": facts["preview"]})
    return told


def _difference(
    before: tuple[dict[str, Any], bytes], name: str, value: Any, deadline: float
) -> tuple[dict[str, Any] | None, bool]:
    """Give how a variable differs, None where it is equal or not known to differ; and whether time was over."""
    facts, portrait = before
    now = _facts(name, value, deadline)
    told = {**_common(now), "before": facts["preview"], "after": now["preview"]}
    painted, reason = _painted(value, MOST_BYTES, deadline)
    late = bool(facts["late"]) or reason == "late"
    if not portrait or not painted:
        if late and all(facts[key] == now[key] for key in ("type", "size_bytes", "preview")):
            return None, True
        return {**told, "summary": _both(facts, now)}, late
    if portrait == painted:
        return None, False
    comparison = Comparison(deadline)
    try:
        one, other = read(portrait), read(painted)
        if comparison.same(one, other):
            return None, False
    except Late:
        return None, True
    except Exception:  # noqa: BLE001 - nested too deeply to be compared
        return {**told, "summary": _both(facts, now)}, False
    try:
        found = compare_portraits(one, other, comparison)
    except Late:
        return {**told, "summary": "changed, and too large to say in time how"}, True
    except Exception:  # noqa: BLE001 - nested too deeply, or a portrait of a kind that is not compared
        return {**told, "summary": _both(facts, now)}, False
    lines = _source_lines(facts, now)
    if lines:
        found = {"summary": f"{sum(line[0] in '+-' for line in lines)} lines of its source", "lines": lines}
    return {**told, **{key: each for key, each in found.items() if each}}, False


def _present(namespace: Mapping[str, Any], names: list[str]) -> list[tuple[str, Any]]:
    found = [(name, lookup(namespace, name)) for name in names if type(name) is str]
    return [(name, value) for name, value in found if value is not MISSING]


def _painted(value: Any, most: int, deadline: float) -> tuple[bytes, str]:
    """Give the portrait, or nothing and `late` or `impossible`."""
    try:
        return paint(value, most=most, deadline=deadline), ""
    except Late:
        return b"", "late"
    except Exception:  # noqa: BLE001 - nested too deeply, or a library that fails over its own object
        return b"", "impossible"


def _facts(name: str, value: Any, deadline: float) -> dict[str, Any]:
    facts = {"name": name, "type": type_of(value), "size_bytes": size_of(value), "preview": _preview(value, deadline)}
    if kind_of(value) == "function" and hasattr(value, "__code__"):
        facts["source"] = source_of(value)
    return facts


def _preview(value: Any, deadline: float) -> str:
    """Give the value in at most 20 lines, by its own `__repr__` where that is quick."""
    text = preview(value)
    if " object>" not in text and libraries.kind(value) is None:
        return text
    seconds = min(_PREVIEW_SECONDS, deadline - time.monotonic())
    if seconds <= 0:
        return text
    try:
        told = within(seconds, lambda: describe(value).get("preview"))
    except (DeadlinePassed, Exception):  # noqa: BLE001 - the user's code raised anything
        return text
    return told if type(told) is str and told else text


def _common(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in ("name", "type", "size_bytes")}


def _first_line(facts: dict[str, Any]) -> str:
    return str(facts["preview"]).partition("\n")[0][:200]


def _both(before: dict[str, Any], after: dict[str, Any]) -> str:
    if before["type"] != after["type"]:
        return f"{before['type']} → {after['type']}"
    one, other = _first_line(before)[:90], _first_line(after)[:90]
    return "changed" if one == other else f"{one} → {other}"


def _source_lines(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    one, other = before.get("source") or [], after.get("source") or []
    return unified(one, other) if one and other and one != other else []


def _handed_over(path: str) -> dict[str, tuple[dict[str, Any], bytes]]:
    found: dict[str, tuple[dict[str, Any], bytes]] = {}
    with open(path, "rb") as file:
        while length := file.read(4):
            facts = json.loads(file.read(int.from_bytes(length, "big")))
            found[facts["name"]] = (facts, file.read(facts["portrait"]))
    return found
