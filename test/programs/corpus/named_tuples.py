"""Named tuples: of collections and of typing, with methods and defaults; Counter, deque, defaultdict."""

from collections import ChainMap, Counter, defaultdict, deque, namedtuple
from typing import NamedTuple

Pair = namedtuple("Pair", ["left", "right"], defaults=[0])


class Version(NamedTuple):
    major: int
    minor: int = 0

    def bumped(self):
        return self._replace(minor=self.minor + 1)


pair = Pair(1)
version = Version(3).bumped().bumped()
counts = Counter("mississippi")
recent = deque(maxlen=3)
groups = defaultdict(list)
for index, letter in enumerate("abcdef"):
    recent.append(letter)
    groups[index % 2].append(letter)
recent.rotate(1)
settings = ChainMap({"a": 1}, {"a": 2, "b": 3})
(pair._asdict(), version < (3, 1), counts.most_common(2), list(recent), dict(groups), settings["a"] + settings["b"])
