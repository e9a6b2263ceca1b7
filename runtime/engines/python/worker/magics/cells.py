"""The cell magics: `%%name rest` and the lines below. Each takes the shell, the rest of the line and the lines."""

import contextlib
import io
import os
import shlex
import subprocess
import sys
from typing import Any, Callable

from hindsight_worker.magics import timing

Magic = Callable[[Any, str, str], Any]


class Captured:
    """What `%%capture name` kept: `stdout`, `stderr`, and `show()` to write it."""

    def __init__(self, stdout: str, stderr: str) -> None:
        self.stdout = stdout
        self.stderr = stderr

    def __str__(self) -> str:
        return self.stdout

    def show(self) -> None:
        """Writes it now."""
        sys.stdout.write(self.stdout)
        sys.stderr.write(self.stderr)


def script(shell: Any, line: str, cell: str) -> None:
    """Gives the cell to a program on its standard input.

    Raises:
        CalledProcessError: It ended with another code than 0.
    """
    sys.stdout.flush()
    command = shlex.split(line)
    code = subprocess.run(command, input=cell.encode(errors="surrogateescape")).returncode
    if code:
        raise subprocess.CalledProcessError(code, command)


def capture(shell: Any, line: str, cell: str) -> None:
    """Runs the cell and keeps what it prints in the variable that the line names."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        timing.execute(shell.user_ns, cell)
    name = next((word for word in line.split() if not word.startswith("-")), None)
    if name is not None:
        shell.user_ns[name] = Captured(out.getvalue(), err.getvalue())


def writefile(shell: Any, line: str, cell: str) -> None:
    """Writes the cell to a file; `-a` appends."""
    words = shlex.split(line)
    append = "-a" in words
    path = os.path.expanduser(next(word for word in words if word != "-a"))
    print(f"{'Appending to' if append else 'Overwriting' if os.path.exists(path) else 'Writing'} {path}")
    with open(path, "a" if append else "w", encoding="utf-8") as file:
        file.write(cell)


def _shown_as(mime: str) -> Magic:
    def show(shell: Any, line: str, cell: str) -> None:
        from hindsight_worker import displaying

        displaying.publish({mime: cell, "text/plain": cell}, {})

    return show


magics: dict[str, Magic] = {
    "bash": lambda shell, line, cell: script(shell, f"bash {line}", cell),
    "capture": capture,
    "file": writefile,
    "html": _shown_as("text/html"),
    "HTML": _shown_as("text/html"),
    "latex": _shown_as("text/latex"),
    "markdown": _shown_as("text/markdown"),
    "perl": lambda shell, line, cell: script(shell, f"perl {line}", cell),
    "ruby": lambda shell, line, cell: script(shell, f"ruby {line}", cell),
    "script": script,
    "sh": lambda shell, line, cell: script(shell, f"sh {line}", cell),
    "svg": _shown_as("image/svg+xml"),
    "SVG": _shown_as("image/svg+xml"),
    "time": lambda shell, line, cell: timing.time(shell.user_ns, cell if not line else f"{line}\n{cell}"),
    "timeit": lambda shell, line, cell: timing.timeit(shell.user_ns, line, cell),
    "writefile": writefile,
}
