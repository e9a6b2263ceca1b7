"""What a save says of each variable, and what else a person should know of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from . import reasons, versions
from .context import Key


@dataclass
class Outcome:
    """What became of the variables."""

    #: Those that the report names, in its order.
    names: list[Key]
    values: dict[Key, Any]
    lost: dict[Key, str] = field(default_factory=dict)
    remarks: dict[Key, list[str]] = field(default_factory=dict)
    sizes: dict[Key, int] = field(default_factory=dict)


def report(outcome: Outcome, modules: set[str]) -> dict[str, Any]:
    """What was kept, lost and remarked, as the protocol has it; `modules`: names of those that the state needs."""
    kept, lost = [], []
    for key in outcome.names:
        about = {"name": key.name, "type": reasons.type_name(type(outcome.values[key]))}
        if key in outcome.lost:
            lost.append({**about, "reason": outcome.lost[key]})
            continue
        remark = "; ".join(outcome.remarks.get(key, ()))
        kept.append({**about, "size_bytes": outcome.sizes[key], **({"remark": remark} if remark else {})})
    return {"kept": kept, "lost": lost, "warnings": _warnings(outcome, modules)}


def _warnings(outcome: Outcome, modules: set[str]) -> list[dict[str, str]]:
    told = []
    for key, reason in outcome.lost.items():
        if key.place == "session":
            message = f"The session’s {key.name} could not be kept: {reason}"
            told.append({"kind": "session", "name": key.name, "message": message})
    for name in versions.user_modules(modules):
        changed = versions.changed_variables(sys.modules[name])
        if changed:
            message = f"What changed in the module {name} is not kept: {', '.join(changed[:10])}"
            told.append({"kind": "module", "name": name, "message": message})
    return told
