"""How two portraits differ, in words: numbers, texts, collections, objects, functions. Tables are elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Any, Final

from .differences_of_tables import array_of, compare_arrays, compare_frames
from .likeness import Comparison, shown
from .portraits import Sketch
from .preview import cut

MOST_CELLS: Final = 50
MOST_LINES: Final = 200
_MOST_ALIGNED: Final = 2_000
_CELL: Final = 120

Told = dict[str, Any]


def compare(before: Any, after: Any, comparison: Comparison) -> Told:
    """Say how two portraits that are not the same differ.

    Args:
        before: The earlier one.
        after: The later one.
        comparison: Compares their parts.

    Returns:
        `summary`, and where they fit `lines` and `cells`, as a `Difference` of the protocol has them.

    Raises:
        Late: It took too long.
        RecursionError: They are nested too deeply.
    """
    kind, other = _kind(before), _kind(after)
    if type(before) in _NUMBERS and type(after) in _NUMBERS:
        return _numbers(before, after, comparison)
    if kind != other:
        return {"summary": cut(f"{_named(kind)} {shown(before, 60)} → {_named(other)} {shown(after, 60)}", 200)}
    describe = _BY_KIND.get(kind.partition(" ")[0], _plain)
    return describe(before, after, comparison)


def unified(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Give a unified diff without its file header, cut to 200 lines."""
    lines = list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]
    lines = [cut(line, 400) for line in lines if not line.startswith("@@")]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], " …"]


def _kind(portrait: Any) -> str:
    if type(portrait) is not Sketch:
        return type(portrait).__name__
    return f"{portrait.kind} {portrait.about[0]}" if portrait.kind in ("object", "opaque") else portrait.kind


def _named(kind: str) -> str:
    return kind.rpartition(".")[2].rpartition(" ")[2]


def _numbers(before: Any, after: Any, _: Comparison) -> Told:
    change = after - before
    sign = "+" if change >= 0 else "−"
    amount = abs(change)
    text = shown(amount, 40) if type(amount) is int else f"{amount:.6g}"
    plain = f"{shown(before, 60)} → {shown(after, 60)}"
    return {"summary": plain if change != change else f"{plain} ({sign}{text})"}


def _scalars(before: Sketch, after: Sketch, comparison: Comparison) -> Told:
    one, other = (array_of(Sketch("array", each.about[0], (), each.about[1]))[0].item() for each in (before, after))
    return compare(one, other, comparison) if type(one) is type(other) in _NUMBERS else _plain(before, after, comparison)


def _texts(before: str, after: str, _: Comparison) -> Told:
    if "\n" not in before and "\n" not in after and len(before) + len(after) <= 120:
        return {"summary": f"{before!r} → {after!r}"}
    lines = unified(before.splitlines()[:5_000], after.splitlines()[:5_000])
    added = sum(line.startswith("+") for line in lines)
    removed = sum(line.startswith("-") for line in lines)
    told = _join(_count(added, "line", "added"), _count(removed, "line", "removed"))
    return {"summary": told or f"{len(before):,} → {len(after):,} characters", "lines": lines}


def _sequences(before: Any, after: Any, comparison: Comparison) -> Told:
    same = comparison.same
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and same(before[start], after[start]):
        start += 1
    end = 0
    while end < shorter - start and same(before[len(before) - 1 - end], after[len(after) - 1 - end]):
        end += 1
    left, right = len(before) - start - end, len(after) - start - end
    pairs = _aligned(before[start : start + left], after[start : start + right], comparison)
    cells = []
    changed = added = removed = 0
    for one, other in pairs:
        row = f"[{start + (other if other is not None else one)}]"
        changed += one is not None and other is not None
        added += one is None
        removed += other is None
        if len(cells) < MOST_CELLS:
            cells.append(_cell(row, before, None if one is None else start + one, after, None if other is None else start + other))
    total = f"of {max(len(before), len(after)):,} elements"
    told = _join(_count(changed, "", "changed"), _count(added, "", "added"), _count(removed, "", "removed"))
    return {"summary": f"{told} {total}", "cells": cells}


def _aligned(before: Any, after: Any, comparison: Comparison) -> list[tuple[Any, Any]]:
    """Pair the elements that take one another's place; None on the side where there is none."""
    if len(before) == len(after) or not before or not after or max(len(before), len(after)) > _MOST_ALIGNED:
        shorter = min(len(before), len(after))
        pairs: list[tuple[Any, Any]] = [(i, i) for i in range(shorter) if not comparison.same(before[i], after[i])]
        pairs += [(i, None) for i in range(shorter, len(before))]
        return pairs + [(None, i) for i in range(shorter, len(after))]
    found = []
    keys = [shown(each, 400) for each in before], [shown(each, 400) for each in after]
    matcher = difflib.SequenceMatcher(None, *keys, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found += [(a + i, c + i) for i in range(b - a) if not comparison.same(before[a + i], after[c + i])]
            continue
        shorter = min(b - a, d - c)
        found += [(a + i, c + i) for i in range(shorter)]
        found += [(i, None) for i in range(a + shorter, b)] + [(None, i) for i in range(c + shorter, d)]
    return found


def _dicts(before: dict[Any, Any], after: dict[Any, Any], comparison: Comparison) -> Told:
    return _mappings(before, after, comparison, "items")


def _mappings(before: dict[Any, Any], after: dict[Any, Any], comparison: Comparison, noun: str) -> Told:
    changed = [key for key in after if key in before and not comparison.same(before[key], after[key])]
    added = [key for key in after if key not in before]
    removed = [key for key in before if key not in after]
    cells = [_cell(_key(key, noun), before, key, after, key) for key in changed[:MOST_CELLS]]
    cells += [_cell(_key(key, noun), before, None, after, key) for key in added[: MOST_CELLS - len(cells)]]
    cells += [_cell(_key(key, noun), before, key, after, None) for key in removed[: MOST_CELLS - len(cells)]]
    told = _join(
        _count(len(changed), "", "changed"), _count(len(added), "", "added"), _count(len(removed), "", "removed")
    )
    total = f"of {max(len(before), len(after)):,} {noun}"
    return {"summary": f"{told} {total}" if told else "another order", "cells": cells}


def _sets(before: Any, after: Any, _: Comparison) -> Told:
    added, removed = [each for each in after if each not in before], [each for each in before if each not in after]
    cells = [{"row": "", "column": "", "after": shown(each, _CELL)} for each in added[:MOST_CELLS]]
    cells += [{"row": "", "column": "", "before": shown(each, _CELL)} for each in removed[: MOST_CELLS - len(cells)]]
    told = _join(_count(len(added), "", "added"), _count(len(removed), "", "removed"))
    return {"summary": f"{told} of {max(len(before), len(after)):,} elements", "cells": cells}


def _objects(before: Sketch, after: Sketch, comparison: Comparison) -> Told:
    (held, attributes), (held_after, attributes_after) = before.state, after.state
    if comparison.same(held, held_after):
        return _mappings(attributes, attributes_after, comparison, "attributes")
    if held is None or held_after is None:
        return _plain(before, after, comparison)
    base = compare(*(_without_factory(each) for each in (held, held_after)), comparison)
    if comparison.same(attributes, attributes_after):
        return base
    more = _mappings(attributes, attributes_after, comparison, "attributes")
    return {"summary": f"{base['summary']}; {more['summary']}", "cells": [*base.get("cells", []), *more["cells"]][:MOST_CELLS]}


def _without_factory(held: Any) -> Any:
    """Give the items of a dictionary of a subclass as a dictionary, where its keys allow that."""
    if type(held) is list and held and all(type(pair) is list and len(pair) == 2 for pair in held[:-1]):
        try:
            return dict(held[:-1])
        except TypeError:
            return held
    return held


def _classes(before: Sketch, after: Sketch, comparison: Comparison) -> Told:
    return _mappings(before.state[1], after.state[1], comparison, "attributes")


def _functions(_before: Sketch, _after: Sketch, _: Comparison) -> Told:
    return {"summary": "another definition"}


def _plain(before: Any, after: Any, _: Comparison) -> Told:
    one, other = shown(before, 90), shown(after, 90)
    return {"summary": "changed" if one == other else f"{one} → {other}"}


def _cell(row: str, before: Any, at: Any, after: Any, at_after: Any) -> dict[str, str]:
    told = {"row": row, "column": ""}
    if at is not None:
        told["before"] = shown(before[at], _CELL)
    if at_after is not None:
        told["after"] = shown(after[at_after], _CELL)
    return told


def _key(key: Any, noun: str) -> str:
    return str(key) if noun == "attributes" and type(key) is str else shown(key, 60)


def _count(number: int, noun: str, what: str) -> str:
    if not number:
        return ""
    return f"{number:,} {noun}{'s' if number != 1 else ''} {what}" if noun else f"{number:,} {what}"


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


_NUMBERS: Final = (int, float)
_BY_KIND: Final[dict[str, Callable[[Any, Any, Comparison], Told]]] = {
    "scalar": _scalars,
    "str": _texts,
    "list": _sequences,
    "tuple": _sequences,
    "dict": _dicts,
    "set": _sets,
    "frozenset": _sets,
    "object": _objects,
    "class": _classes,
    "function": _functions,
    "array": compare_arrays,
    "frame": compare_frames,
    "series": compare_frames,
}
