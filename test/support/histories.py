"""What a history of statements leads to, computed straight, in a plain Python without any of ours.

As a program: reads a JSON list of histories (lists of statements) on standard input and writes, for each, the canonical text of
the state after each of its statements. As a module: `canonical(namespace)`, for a session to say what it holds.
"""

import hashlib
import json
import random
import sys
import types
from typing import Any

_HIDDEN = ("__builtins__", "__annotations__", "__name__", "__doc__", "__loader__", "__spec__", "__package__")


def canonical(namespace: dict[str, Any]) -> str:
    """The namespace as text: equal for two states if and only if a program could not tell them apart.

    Objects that can change are numbered when first met, so that what is shared, and what holds itself, shows.
    """
    names = sorted(name for name in namespace if name not in _HIDDEN)
    writer = _Writer()
    parts = [f"{name} = {writer.write(namespace[name])}" for name in names]
    return "\n".join([*parts, f"random: {hashlib.sha256(repr(random.getstate()).encode()).hexdigest()[:8]}"])


class _Writer:
    def __init__(self) -> None:
        self._met: dict[int, int] = {}
        self._held: list[object] = []

    def write(self, value: Any) -> str:
        if value is None or isinstance(value, (bool, int, float, str, bytes)):
            return repr(value)
        if isinstance(value, types.ModuleType):
            return f"module {value.__name__}"
        if id(value) in self._met:
            return f"#{self._met[id(value)]}"
        self._met[id(value)] = number = len(self._met)
        # Held, or what is made next may have its address.
        self._held.append(value)
        return f"#{number} {self._contents(value)}"

    def _contents(self, value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return f"{type(value).__name__}[{', '.join(map(self.write, value))}]"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.write(key)}: {self.write(item)}" for key, item in value.items()) + "}"
        if isinstance(value, (set, frozenset)):
            return f"{type(value).__name__}({', '.join(sorted(map(repr, value)))})"
        if isinstance(value, types.FunctionType):
            cells = [self.write(cell.cell_contents) for cell in value.__closure__ or ()]
            defaults = self.write(list(value.__defaults__ or ()))
            return f"function {value.__name__} {value.__code__.co_code.hex()} {cells} {defaults} {self.write(vars(value))}"
        if isinstance(value, type):
            own = {name: item for name, item in sorted(vars(value).items()) if not name.startswith("__")}
            return f"class {value.__name__} {self.write(own)}"
        if isinstance(value, BaseException):
            return f"{type(value).__name__}{self.write(list(value.args))}"
        return f"{self.write(type(value))} object {self.write(dict(vars(value)))}"


def straight(history: list[str]) -> list[str]:
    """The canonical texts of the states after each statement."""
    random.seed(0)
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    texts = []
    for statement in history:
        try:
            exec(compile(statement, "<history>", "exec", dont_inherit=True), vars(main))
        except Exception:
            pass  # As in a session: what it did before it failed stays.
        texts.append(canonical(vars(main)))
    return texts


if __name__ == "__main__":
    json.dump([straight(history) for history in json.load(sys.stdin)], sys.stdout)
