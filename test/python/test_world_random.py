"""Worlds of randomly opened things: what a session finds in them after going back is what the other one found.

The seed stands in the name of each subtest; `HINDSIGHT_SEED` chooses the first.
"""

import os
import random
import unittest
from typing import Callable

from timelines import TimelineCase, play

WORLDS = 10

PROGRAM = """
import ctypes, mmap, os, select, socket
looks = []

def file(n, position):
    f = os.open(f"{folder}/{n}", os.O_RDWR | os.O_CREAT)
    os.write(f, bytes(50)); os.lseek(f, position, 0)
    looks.append((lambda: os.lseek(f, 0, 1), lambda: os.lseek(f, 7, 1)))
    return f

def duplicate(f):
    copy = os.dup(f)
    looks.append((lambda: os.lseek(copy, 0, 1), lambda: os.lseek(copy, 1, 1)))

def deleted(n, position):
    file(n, position); os.unlink(f"{folder}/{n}")

def pipe(size):
    r, w = os.pipe(); os.write(w, bytes(size)); os.set_blocking(r, False)
    looks.append((lambda: len(read(r)), lambda: os.write(w, b"other")))

def pair(size):
    a, b = socket.socketpair(); a.send(bytes(size)); b.setblocking(False); kept.append((a, b))
    looks.append((lambda: len(read(b.fileno())), lambda: a.send(b"other")))

def polled(ready):
    e = select.epoll(); r, w = os.pipe(); e.register(r, select.EPOLLIN)
    if ready: os.write(w, b"x")
    looks.append((lambda: len(e.poll(0)), lambda: e.unregister(r)))

def counter(n):
    f = ctypes.CDLL(None).eventfd(n, os.O_NONBLOCK)
    looks.append((lambda: int.from_bytes(read(f), "little"), lambda: os.write(f, (99).to_bytes(8, "little"))))

def memory(size, letter):
    m = mmap.mmap(-1, size); m[-1:] = letter.encode()
    looks.append((lambda: m[-1:].decode(), lambda: m.__setitem__(-1, 33)))

def read(f):
    try: return os.read(f, 1 << 20)
    except BlockingIOError: return b""

kept = []
"""


def world(choose: random.Random) -> str:
    """Python code that opens between 5 and 25 things."""
    made: list[Callable[[int], str]] = [
        lambda n: f"f = file({n}, {choose.randint(0, 50)})",
        lambda n: f"f = file({n}, 3); duplicate(f)",
        lambda n: f"deleted({n}, {choose.randint(0, 50)})",
        lambda _: f"pipe({choose.choice([0, 1, 100, 60_000])})",
        lambda _: f"pair({choose.choice([1, 100, 10_000])})",
        lambda _: f"polled({choose.random() < 0.5})",
        lambda _: f"counter({choose.randint(0, 9)})",
        lambda _: f"memory({choose.randint(1, 50_000)}, {choose.choice('abc')!r})",
        lambda _: "os.close(os.open('/dev/null', 0))",
    ]
    return "\n".join(choose.choice(made)(n) for n in range(choose.randint(5, 25)))


class RandomWorlds(TimelineCase):
    def test_what_is_found_after_going_back_is_what_was_there(self) -> None:
        first = int(os.environ.get("HINDSIGHT_SEED", "1"))
        for seed in range(first, first + WORLDS):
            with self.subTest(seed=seed):
                choose = random.Random(seed)
                again = "again()\n" * choose.randint(0, 2)

                told = play(
                    PROGRAM + world(choose),
                    "seen['found'] = [look() for look, _ in looks]\nfor _, spoil in looks: spoil()",
                    again + "seen['found'] = [look() for look, _ in looks]",
                    folder=f"{self.folder}",
                )

                self.assertEqual(told.restored["found"], told.live["found"])
                self.assertEqual(told.problems, [])
                for name in os.listdir(self.folder):
                    os.unlink(f"{self.folder}/{name}")


if __name__ == "__main__":
    unittest.main()
