"""input(), sys.stdin and getpass: a line asked of the person, any number of times.

Knows the frames `input` and `stdin`; how to wait for an answer is given to it.
"""

import builtins
import io
import sys
from types import ModuleType
from typing import Any, Callable

from hindsight_worker import importing

Ask = Callable[[str, bool], "str | None"]


class SessionInput(io.TextIOBase):
    """`sys.stdin` of a session: each line is one question without a prompt."""

    name = "<stdin>"
    mode = "r"
    encoding = "utf-8"  # type: ignore[assignment]
    errors = "strict"

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._rest = ""

    @property
    def buffer(self) -> "_Bytes":
        """The same as bytes."""
        return _Bytes(self)

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Standard input of child processes: it is empty, they cannot ask."""
        return 0

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """A line with its newline; "" at the end of the input."""
        if not self._rest:
            answer = self._ask("", False)
            if answer is None:
                return ""
            self._rest = answer + "\n"
        end = self._rest.find("\n") + 1
        if size is not None and 0 <= size < end:
            end = size
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    def read(self, size: int | None = -1, /) -> str:
        """All until the end of the input, or `size` characters."""
        parts: list[str] = []
        left = size if size is not None and size >= 0 else None
        while left is None or left > 0:
            line = self.readline(-1 if left is None else left)
            if not line:
                break
            parts.append(line)
            left = None if left is None else left - len(line)
        return "".join(parts)

    def close(self) -> None:
        """Does nothing: the next evaluation may ask again."""


class _Bytes(io.BufferedIOBase):
    """`sys.stdin.buffer`."""

    def __init__(self, text: SessionInput) -> None:
        self._text = text

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._text.read(size).encode()

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._text.readline(size).encode()


def install(ask: Ask) -> None:
    """Puts `ask(prompt, password)`, None at the end of the input, behind all ways of asking."""
    stdin = SessionInput(ask)
    sys.stdin = sys.__stdin__ = stdin  # type: ignore[assignment, misc]
    original = builtins.input

    def input(prompt: Any = "", /) -> str:
        """Read a string from the person at the session. The trailing newline is stripped.

        The prompt string, if given, is shown beside the field where the answer is typed.
        If the person ends the input, raise EOFError.
        """
        if sys.stdin is not stdin:
            return original(prompt)
        return _answer(ask(str(prompt), False))

    builtins.input = input  # type: ignore[assignment]
    importing.after_import("getpass", lambda module: _adapt_getpass(module, ask))


def _adapt_getpass(module: ModuleType, ask: Ask) -> None:
    def getpass(prompt: str = "Password: ", stream: Any = None, **_: Any) -> str:
        """Ask for a password; what is entered is not shown."""
        return _answer(ask(str(prompt), True))

    module.getpass = getpass  # type: ignore[attr-defined]


def _answer(answer: str | None) -> str:
    if answer is None:
        raise EOFError("the input was ended")
    return answer
