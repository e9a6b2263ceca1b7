"""The conditions of breakpoints: expressions of the user, counts of hits, and the texts of logpoints.

Each says yes or no, or why it cannot. Knows frames, and nothing of where they come from.
"""

import operator
import re
import string
from types import CodeType, FrameType
from typing import Any, Callable

_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "": operator.ge, ">=": operator.ge, "=": operator.eq, "==": operator.eq, ">": operator.gt,
    "<": operator.lt, "<=": operator.le, "%": lambda count, number: number > 0 and count % number == 0,
}  # fmt: skip
_COUNT = re.compile(r"\s*(>=|<=|==|=|>|<|%|)\s*(\d+)\s*")


class Expression:
    """One expression, compiled once."""

    def __init__(self, text: str) -> None:
        """`text` is the user's.

        Raises:
            SyntaxError: It is no expression.
        """
        self.text = text
        self._code: CodeType = compile(text.strip(), "<expression>", "eval")

    def value(self, frame: FrameType) -> Any:
        """What it is in a frame. Raises what it raises."""
        return eval(self._code, frame.f_globals, frame.f_locals)


class Hits:
    """A condition on the number of hits. A moment at which it is asked again is counted once."""

    def __init__(self, text: str) -> None:
        """`text` is `5`, `== 5`, `>= 5`, `% 10`.

        Raises:
            ValueError: It is none of these.
        """
        self.count = 0
        self._moment: Any = None
        found = _COUNT.fullmatch(text)
        if found is None:
            raise ValueError("it is a number, perhaps after ==, >=, > or %")
        self._compare, self._number = _OPERATORS[found.group(1)], int(found.group(2))

    def hit(self, moment: Any) -> bool:
        """Counts one, and says whether it is one to stop at. `moment` is equal only to itself."""
        if moment != self._moment:
            self._moment = moment
            self.count += 1
        return self._compare(self.count, self._number)


class Message:
    """The text of a logpoint: expressions in braces are replaced by their values."""

    def __init__(self, text: str) -> None:
        """Raises ValueError, SyntaxError where a brace or an expression is wrong."""
        self._parts: list[str | Expression] = []
        for literal, field, spec, conversion in string.Formatter().parse(text):
            self._parts.append(literal)
            if field is not None:
                inner = field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
                self._parts.append(_formatted(inner) if spec or conversion else Expression(field))

    def text(self, frame: FrameType) -> str:
        """It, in a frame. An expression that fails is replaced by what it raised."""
        return "".join(part if isinstance(part, str) else _shown(part, frame) for part in self._parts)


def _formatted(inner: str) -> Expression:
    return Expression(f"f{'{' + inner + '}'!r}")


def _shown(expression: Expression, frame: FrameType) -> str:
    try:
        return str(expression.value(frame))
    except Exception as error:
        return f"<{type(error).__name__}: {error}>"
