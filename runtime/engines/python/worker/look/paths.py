"""File paths inside a string, listed from the folder that was typed. Reads folders, never files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from .calls import OpenBracket
from .candidates import Candidate
from .tokens import Token

_MOST: Final = 2_000
#: Callables whose first argument is a path more often than not.
_OPENERS: Final = ("open", "Path", "load", "listdir", "chdir", "imread", "loadtxt", "save", "savefig")


def candidates(
    content: str, before: list[Token], bracket: OpenBracket | None
) -> tuple[Iterator[Candidate], int] | None:
    """List the files that a string may go on to name.

    Args:
        content: What is typed of the string.
        before: The tokens before it.
        bracket: The bracket that it stands in.

    Returns:
        The candidates and where in `content` their part begins; None where no path is expected.
    """
    if "\n" in content or "\0" in content or "://" in content or len(content) > 1_000:
        return None
    if "/" not in content and not _takes_path(bracket):
        return None
    start = content.rfind("/") + 1
    folder = os.path.expanduser(content[:start] or ".")
    return _entries(folder), start


def _takes_path(bracket: OpenBracket | None) -> bool:
    if bracket is None or bracket.callee is None or bracket.bracket != "(":
        return False
    name = str(bracket.callee.steps[-1][1])
    return name in _OPENERS or name.startswith("read_")


def _entries(folder: str) -> Iterator[Candidate]:
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= _MOST:
                    return
                is_folder = entry.is_dir()
                yield Candidate(entry.name + ("/" if is_folder else ""), rank=0 if is_folder else 1, type="path")
    except OSError:
        return
