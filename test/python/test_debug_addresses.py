"""A replay has its objects where the program had them, with the recorder in C; with the others nothing says that it has."""

import unittest

from debug_driver import Cursor, DebugRuntime, Told
from recorder_support import kinds

_PROGRAM = """
import random, time, weakref, zlib

class Thing:
    def __init__(self, name):
        self.name = name

class Cycle(Thing):
    def __init__(self, name):
        self.name, self.itself = name, self
    def __del__(self):
        seen.append(-self.name)

def tree(height):
    thing = Thing(height)
    thing.parts = {tree(height - 1), tree(height // 2), Thing(-1)} if height else set()
    seen.append([part.name for part in thing.parts])
    return thing

seen, kept, began = [], [], time.process_time()
i = 0
while i < 200 or time.process_time() - began < 0.6:
    i += 1
    things = {Thing(letter) for letter in 'abcdefgh'[: 3 + i % 5]}
    seen.append(''.join(thing.name for thing in things))
    kept.append((i, [i] * (i % 40), {str(i): i / 3}, f'{i}' * (i % 9), things, time.time(), random.random()))
    weakref.ref(Cycle(i))
    if i % 20 == 0:
        kept.append(tree(5))
        seen.append([id(one) for one in kept[-5:]])
    if i % 100 == 0:
        print(i, seen[-1])
    if len(kept) > 50:
        del kept[i % 50]
seen
"""


# The recorders in Python do not keep addresses, and say so by saying nothing of memory.
_ARE_KEPT = "native" in kinds()


class Addresses(unittest.TestCase):
    def setUp(self) -> None:
        self.runtime = DebugRuntime()
        self.addCleanup(self.runtime.close)
        self.runtime.record(_PROGRAM, breakpoints=False)
        self.runtime.wait("outcome")
        self.moments = self.runtime.moments()

    def test_each_piece_of_the_past_takes_memory_as_the_program_did(self) -> None:
        if not _ARE_KEPT:
            self.assertEqual([moment.get("memory") for moment in self.moments], [None] * len(self.moments))
            return
        pieces = list(zip(self.moments, self.moments[1:]))[:2]
        self.assertGreater(len(pieces), 0)

        for moment, after in pieces:
            until = {"time": after["time"]}
            middle = {"kind": "time", "time": (moment["time"] + after["time"]) // 2}
            for walk in ("index", "lines", "") if moment is self.moments[0] else ("index", ""):
                cursor = self.runtime.cursor(moment["id"])
                if walk:
                    told = cursor.ask("walk", want={"kind": walk, "scope": "any", "every": 100}, until=until, most=9)
                else:
                    cursor.ask("run", goal=middle)
                    cursor.ask("tell")
                    told = cursor.ask("run", goal={"kind": "time", **until})
                self.same_as_recorded(cursor, told, after)
                cursor.end()

    def same_as_recorded(self, cursor: Cursor, told: Told, after: Told) -> None:
        """The program has seen what it saw, in the same order."""
        self.assertEqual((told["memory"]["time"], told["memory"]["due"]), (after["time"], after["memory"]))
        count = int(cursor.value("len(seen)"))
        digest = f"zlib.crc32(repr(seen[:{count}]).encode())"
        self.assertGreater(count, 10)
        self.assertEqual(cursor.value(digest), self.runtime.eval(digest)["value"])
