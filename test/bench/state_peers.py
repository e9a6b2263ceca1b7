"""Measures what pickle, cloudpickle and dill need for the namespaces of states.ts: one JSON object on standard output.

By namespace and `library dump` or `library load`, milliseconds. It knows nothing of Hindsight.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any


def measure(library: Any, value: Any, samples: int) -> tuple[list[float], list[float]]:
    """Times of `dumps` and `loads`, in milliseconds.

    Args:
        library: A module with the interface of pickle.
        value: What is written.
        samples: How often.
    """
    dumps, loads = [], []
    for _ in range(samples):
        begin = time.perf_counter()
        text = library.dumps(value, protocol=5)
        middle = time.perf_counter()
        library.loads(text)
        end = time.perf_counter()
        del text
        dumps.append((middle - begin) * 1000)
        loads.append((end - middle) * 1000)
    return dumps, loads


def main() -> None:
    tasks = json.loads(sys.argv[1])
    figures: dict[str, dict[str, list[float]]] = {}
    for title, code in tasks["namespaces"].items():
        namespace: dict[str, Any] = {}
        exec(code, namespace)
        value = {"state": namespace["state"]}
        figures[title] = {}
        for name in ("pickle", "cloudpickle", "dill"):
            dumps, loads = measure(importlib.import_module(name), value, tasks["peerSamples"])
            figures[title][f"{name} dump"] = dumps
            figures[title][f"{name} load"] = loads
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
