"""What the tests of the recorder share: every kind that works in this Python, and small programs of every construct."""

from __future__ import annotations

import os
import sys
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Optional

import hindsight_worker
from hindsight_worker.debugging.recorder import Recorder, make_recorder

PROGRAM = "<program>"


def kinds() -> tuple[str, ...]:
    """Every kind that works here. Those in C are there wherever they could be built."""
    folder = os.path.dirname(os.path.dirname(hindsight_worker.__file__))
    if sys.version_info < (3, 12):
        has_tracer = os.path.exists(os.path.join(folder, f"hindsight_tracer.cp3{sys.version_info[1]}.so"))
        return (*(("tracing-c",) if has_tracer else ()), "tracing")
    has_recorder = os.path.exists(os.path.join(folder, "hindsight_recorder.abi3.so"))
    return (*(("native",) if has_recorder else ()), "monitoring", "tracing")


def make(kind: str) -> Recorder:
    """A recorder of this kind."""
    former = os.environ.get("HINDSIGHT_RECORDER")
    os.environ["HINDSIGHT_RECORDER"] = kind
    try:
        return make_recorder()
    finally:
        del os.environ["HINDSIGHT_RECORDER"]
        if former is not None:
            os.environ["HINDSIGHT_RECORDER"] = former


def is_program(file: str) -> bool:
    """Only what is run by `run` is mine."""
    return file == PROGRAM


def depth_of(frame: Optional[FrameType]) -> int:
    """How many frames of the program are on the stack."""
    depth = 0
    while frame is not None:
        depth += is_program(frame.f_code.co_filename)
        frame = frame.f_back
    return depth


Moment = tuple[int, int, int, int]
"""Time, depth, offset, line."""


class RecorderCase(unittest.TestCase):
    """Runs each test body once a kind."""

    @contextmanager
    def recording(self, kind: str, on_due: Callable[[FrameType], None] = lambda _frame: None) -> Iterator[Recorder]:
        """A recorder of this kind that was started, and is stopped in the end."""
        recorder = make(kind)
        recorder.start(is_program, on_due)
        try:
            yield recorder
        finally:
            recorder.stop()

    def each_kind(self) -> Iterator[str]:
        """Every kind, each within a subtest."""
        for kind in kinds():
            with self.subTest(kind=kind):
                yield kind


def run(source: str, names: Optional[dict[str, Any]] = None) -> dict[str, Any]:
    """Executes a program as mine and answers its globals."""
    scope: dict[str, Any] = {"__name__": "program", **(names or {})}
    exec(compile(source, PROGRAM, "exec"), scope)
    return scope


def moments(recorder: Recorder, source: str) -> list[Moment]:
    """Every line of the program as it is executed."""
    found: list[Moment] = []

    def on_line(frame: FrameType, line: int) -> bool:
        found.append((recorder.time, depth_of(frame), frame.f_lasti, line))
        return True

    recorder.watch_lines(on_line, None)
    try:
        run(source)
    finally:
        recorder.unwatch_lines()
    return found


PROGRAMS: dict[str, str] = {
    "lines": "a = 1\nb = 2\nc = a + b\n",
    "for": "s = 0\nfor i in range(5):\n    s += i\n    if s % 2: s -= 1\nelse:\n    s = -s\n",
    "one line": "s = 0\nfor i in range(5): s += i\nwhile s > 0: s -= 3\n",
    "while": "n = 10\nwhile True:\n    n -= 1\n    if n == 3: continue\n    if n < 0: break\n",
    "calls": "def f(x):\n    return x + 1\nf(1); f(2)\nx = f(f(3))\nfor i in range(3): x = f(x)\n",
    "recursion": "def fib(n):\n    if n < 2: return n\n    return fib(n - 1) + fib(n - 2)\nfib(7)\n",
    "called from C": "def key(x):\n    y = -x\n    return y\nsorted(range(9), key=key)\nlist(map(key, range(4)))\nmax([3, 1], key=lambda x: -x)\n",
    "comprehensions": "a = [x * 2 for x in range(4)]\nb = {x: y for x in a for y in a if x != y}\nc = {x\n     for x in b}\nd = sum(x for x in c)\ne = [[y for y in range(x)] for x in range(3)]\n",
    "generator": "def g(n):\n    for i in range(n):\n        got = yield i\n        if got: yield got\n    return 'end'\nx = g(3)\nnext(x)\nx.send('a')\nlist(x)\n",
    "yield from": "def inner():\n    x = yield 1\n    yield x\n    return 3\ndef outer():\n    r = yield from inner()\n    yield r\nlist(outer())\n",
    "generator closed": "def g():\n    try:\n        while True:\n            yield 1\n    finally:\n        done = True\nx = g()\nnext(x)\nx.close()\n",
    "generator thrown into": "def g():\n    while True:\n        try:\n            yield 1\n        except ValueError as e:\n            yield str(e)\nx = g()\nnext(x)\nx.throw(ValueError('a'))\nnext(x)\nx.throw(ValueError('b'))\ntry:\n    x.throw(KeyError(1))\nexcept KeyError:\n    pass\n",
    "coroutine": "import asyncio\nasync def child(n):\n    for i in range(2):\n        await asyncio.sleep(0)\n    return n\nasync def agen():\n    for i in range(3):\n        yield i\n        await asyncio.sleep(0)\nasync def main():\n    got = await asyncio.gather(child(1), child(2))\n    async for x in agen():\n        got.append(x)\n    return got, [x async for x in agen()]\nresult = asyncio.run(main())\n",
    "exceptions": "def f(x):\n    try:\n        return 1 // x\n    except ZeroDivisionError as e:\n        return 0\n    finally:\n        x = None\nfor i in range(3): f(i)\ntry:\n    raise KeyError(1)\nexcept (KeyError, ValueError):\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        pass\n",
    "exceptions in a loop": "n = 0\nwhile n < 5:\n    try:\n        n += 1\n        if n % 2: raise ValueError(n)\n    except ValueError:\n        continue\n    finally:\n        n += 0\nfor i in range(3):\n    try: {}[i]\n    except KeyError: pass\n",
    "exception passes": "def a():\n    b()\ndef b():\n    for i in range(2):\n        if i: raise ValueError\ntry:\n    a()\nexcept ValueError:\n    pass\n",
    "with": "from contextlib import contextmanager\nclass C:\n    def __enter__(self): return self\n    def __exit__(self, *e):\n        return True\nwith C() as c, C():\n    1 / 0\n@contextmanager\ndef m():\n    try:\n        yield 1\n    finally:\n        x = 2\nfor i in range(2):\n    with m() as v:\n        v += 1\n",
    "match": "def f(x):\n    match x:\n        case [a, *rest] if a > 1:\n            return rest\n        case {'k': v}:\n            return v\n        case int() | str():\n            return 'p'\n        case _:\n            return None\nfor x in ([2, 3], [0], {'k': 1}, 5, 's', None): f(x)\n",
    "class": "def deco(c):\n    c.d = 1\n    return c\n@deco\nclass A:\n    for i in range(2):\n        x = i\n    def m(self):\n        return super().__repr__()\n    @property\n    def p(self):\n        return 1\nclass B(A):\n    pass\nB().m(); B().p\n",
    "exec": "for i in range(3):\n    exec(compile('y = 1\\nfor j in range(2): y += j\\n', '<program>', 'exec'))\n    eval(compile('[k for k in range(3)]', '<program>', 'eval'))\n",
    "lambda": "f = lambda x: x if x < 1 else f(x - 1)\nf(4)\n",
    "walrus and boolean": "x = 0\nwhile (y := x * 2) < 8 and not (x > 9 or x == 100):\n    x += 1\n",
    "nested loops": "for i in range(3):\n    for j in range(3):\n        if j == i: break\n    else:\n        continue\n    i = j\n",
    "global and closure": "def outer():\n    n = 0\n    def inc():\n        nonlocal n\n        n += 1\n        return n\n    return [inc() for _ in range(3)]\nouter()\n",
    "finalizer": "class D:\n    def __del__(self):\n        self.x = 1\nfor i in range(3):\n    d = D()\ndel d\n",
    "long jumps": "n = 0\nwhile n < 3:\n" + "    n += 0; n -= 0\n" * 150 + "    n += 1\n",
}

