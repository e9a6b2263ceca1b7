"""The code objects that were met, and whether they are the user's own. For the recorders in Python; C has its own in codes.h."""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import CodeType

_JUMPS_BACK = {number for number, name in enumerate(dis.opname) if "JUMP_BACKWARD" in name}
_ABSOLUTE = frozenset(dis.hasjabs)
_UNIT = 2


class Known:
    """What is known of a code object. It holds the object, so that its `id` is never another's."""

    __slots__ = ("code", "file", "lined", "loops", "mine", "watched")

    def __init__(self, code: CodeType, file: int) -> None:
        self.code = code
        self.file = file
        self.mine = file >= 0
        self.watched = False
        self.lined = False
        self.loops = self.mine and has_loops(code)


class Codes:
    """All that were met since the start."""

    def __init__(self, is_mine: Callable[[str], bool]) -> None:
        self.by_id: dict[int, Known] = {}
        self.files: list[str] = []
        self._is_mine = is_mine
        self._indexes: dict[str, int] = {}

    def meet(self, code: CodeType) -> Known:
        """What is known of it; asks whose it is if it is new."""
        known = self.by_id.get(id(code))
        if known is None:
            known = self.by_id[id(code)] = Known(code, self._index(code.co_filename))
        return known

    def _index(self, file: str) -> int:
        index = self._indexes.get(file)
        if index is None:
            index = -1
            if self._is_mine(file):
                index = len(self.files)
                self.files.append(file)
            self._indexes[file] = index
        return index


def has_loops(code: CodeType) -> bool:
    """Whether an instruction of this code can come twice without its function being started or resumed: whether it jumps back."""
    instructions = code.co_code
    argument = 0
    for offset in range(0, len(instructions), _UNIT):
        number = instructions[offset]
        argument = argument << 8 | instructions[offset + 1]
        if number == dis.EXTENDED_ARG:
            continue
        # Before 3.11 all jumps back name their target, in instructions from the beginning.
        if number in _JUMPS_BACK or (number in _ABSOLUTE and argument * _UNIT <= offset):
            return True
        argument = 0
    return False
