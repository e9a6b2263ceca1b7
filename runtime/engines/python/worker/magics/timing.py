"""`%time` and `%timeit`: run user code in the namespace and say how long it took."""

import ast
import gc
import os
import time as clock
import timeit as library
from typing import Any

_ENOUGH_SECONDS = 0.2


def execute(namespace: dict[str, Any], code: str) -> Any:
    """Runs `code` and returns the value of its last expression, or None."""
    tree = ast.parse(code, "<magic>")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<magic>", "exec"), namespace)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<magic>", "eval"), namespace)


def time(namespace: dict[str, Any], code: str) -> Any:
    """Runs `code`, prints the processor's and the wall's time, and returns its value."""
    before, began = os.times(), clock.perf_counter()
    try:
        return execute(namespace, code)
    finally:
        wall = clock.perf_counter() - began
        after = os.times()
        user, system = after.user - before.user, after.system - before.system
        print(f"CPU times: user {_said(user)}, sys: {_said(system)}, total: {_said(user + system)}")
        print(f"Wall time: {_said(wall)}")


def timeit(namespace: dict[str, Any], line: str, cell: str) -> None:
    """Runs code so often that its time can be told, and prints mean, deviation and counts.

    Args:
        line: Options `-n LOOPS`, `-r RUNS`, `-q`, then the statement, or with a cell the set-up.
        cell: The statements, or nothing.
    """
    loops, runs, quiet, rest = _options(line)
    statement, setup = (cell, rest or "pass") if cell else (rest, "pass")
    timer = library.Timer(statement, setup, globals=namespace)
    loops = loops or _enough(timer)
    collecting = gc.isenabled()
    try:
        each = [seconds / loops for seconds in timer.repeat(runs, loops)]
    finally:
        if collecting:
            gc.enable()
    mean = sum(each) / runs
    deviation = (sum((seconds - mean) ** 2 for seconds in each) / runs) ** 0.5
    if not quiet:
        of = f"mean ± std. dev. of {runs} run{'s' if runs > 1 else ''}, {loops:,} loop{'s' if loops > 1 else ''} each"
        print(f"{_said(mean)} ± {_said(deviation)} per loop ({of})")


def _options(line: str) -> tuple[int, int, bool, str]:
    loops, runs, quiet = 0, 7, False
    while line.startswith("-"):
        option, _, line = line.partition(" ")
        if option == "-q":
            quiet = True
            continue
        kind, value = option[:2], option[2:]
        if not value:
            value, _, line = line.lstrip().partition(" ")
        if kind not in ("-n", "-r"):
            raise ValueError(f"%timeit does not know the option {option}; there are -n, -r and -q")
        if kind == "-n":
            loops = int(value)
        else:
            runs = int(value)
        line = line.lstrip()
    return loops, runs, quiet, line


def _enough(timer: library.Timer) -> int:
    loops = 1
    while loops < 10**9 and timer.timeit(loops) < _ENOUGH_SECONDS:
        loops *= 10
    return loops


def _said(seconds: float) -> str:
    if seconds >= 60:
        return f"{int(seconds // 60)}min {seconds % 60:.0f}s"
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
