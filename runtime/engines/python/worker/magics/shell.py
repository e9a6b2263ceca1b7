"""What `get_ipython()` answers where there is no IPython: the few methods that rewritten programs call.

Finds magics by name; what they do is in `lines` and `cells`.
"""

import os
import re
import subprocess
import sys
from typing import Any

from hindsight_worker.magics import cells, lines

_EXPANDED = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|\$\$|\$(\w+)")


class Shell:
    """Magics over one namespace."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns = namespace

    def run_line_magic(self, name: str, line: str, _stack_depth: int = 1) -> Any:
        """Runs `%name line` and returns its value.

        Raises:
            NameError: There is no such magic; the message says how to get more.
        """
        found = lines.magics.get(name)
        if found is None:
            raise NameError(_unknown(f"%{name}", "%%" + name if name in cells.magics else None))
        return found(self, self.expand(line) if name in lines.expanding else line)

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        """Runs `%%name line` with the rest of the cell. Raises as `run_line_magic`."""
        found = cells.magics.get(name)
        if found is None:
            raise NameError(_unknown(f"%%{name}", f"%{name}" if name in lines.magics else None))
        return found(self, line, cell)

    def system(self, command: str) -> None:
        """Runs a shell command; its output is the session's. Its exit code is in `_exit_code`."""
        sys.stdout.flush()
        code = subprocess.call(self.expand(command), shell=True, executable=_user_shell())
        self.user_ns["_exit_code"] = code

    def getoutput(self, command: str) -> list[str]:
        """Runs a shell command and returns the lines that it wrote."""
        done = subprocess.run(
            self.expand(command),
            shell=True,
            executable=_user_shell(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.user_ns["_exit_code"] = done.returncode
        return done.stdout.splitlines()

    def expand(self, text: str) -> str:
        """`text` with `{expression}` and `$name` replaced by their values; left as it is where that fails."""

        def value(found: "re.Match[str]") -> str:
            whole = found[0]
            if whole in ("{{", "}}", "$$"):
                return whole[0]
            expression = found[1] or found[2]
            try:
                return str(eval(expression, self.user_ns))
            except Exception:
                return whole  # `${HOME}`, `$HOME` and awk's braces are the shell's.

        return _EXPANDED.sub(value, text)


_shell: Shell | None = None


def shell_of(namespace: dict[str, Any]) -> Shell:
    """The one shell of this session."""
    global _shell
    if _shell is None or _shell.user_ns is not namespace:
        _shell = Shell(namespace)
    return _shell


def _user_shell() -> str | None:
    shell = os.environ.get("SHELL")
    return shell if os.name == "posix" and shell and os.path.exists(shell) else None


def _unknown(name: str, other: str | None) -> str:
    if other is not None:
        return f"there is no magic {name}; did you mean {other}?"
    return f"there is no magic {name}; %lsmagic lists those that there are, and with IPython installed here there are more"
