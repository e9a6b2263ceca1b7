"""Classes: enums, flags, auto values, methods of members, lookup by value."""

import enum


class Color(enum.Enum):
    RED = 1
    GREEN = 2

    @property
    def next(self):
        members = list(Color)
        return members[(members.index(self) + 1) % len(members)]

    @classmethod
    def _missing_(cls, value):
        return cls.RED if value == "r" else None


class Right(enum.IntFlag):
    READ = enum.auto()
    WRITE = enum.auto()


names = [color.name for color in Color]
chosen = Color("r").next
rights = Right.READ | Right.WRITE
(names, chosen.name, int(rights), Right.READ in rights)
