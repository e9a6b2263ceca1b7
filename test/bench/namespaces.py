"""Namespaces as five real notebooks leave them behind, and a change of about 1 % of each.

Run as a program it measures what saving and loading them costs, beside cloudpickle and dill, as one JSON line a
namespace. Deterministic: the same bytes in every run.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from typing import Any, Callable

Namespace = dict[str, Any]


def arrays() -> Namespace:
    """A simulation with numpy: 96 MB of measurements, a mask, sums, a matrix and its decomposition."""
    import numpy as np

    generator = np.random.default_rng(7)
    signal = np.cumsum(generator.normal(size=(4_000_000,)))
    grid = generator.integers(0, 500, size=(2_000, 2_000))
    noisy = signal[:2_000_000] + generator.normal(scale=0.1, size=2_000_000)
    mask = np.abs(noisy) > 100
    matrix = generator.normal(size=(300, 300))
    values, vectors = np.linalg.eigh(matrix @ matrix.T)
    window = signal[1_000_000:1_000_500]
    return {
        "np": np, "generator": generator, "signal": signal, "grid": grid, "noisy": noisy, "mask": mask,
        "matrix": matrix, "values": values, "vectors": vectors, "window": window,
        "summary": {"mean": float(signal.mean()), "std": float(signal.std())},
    }  # fmt: skip


def change_arrays(namespace: Namespace) -> None:
    namespace["signal"][500_000:540_000] *= 1.01
    namespace["grid"][1_000:1_020] += 1


def frames() -> Namespace:
    """Orders, customers and products with pandas: joins, groups, pivots, dates, texts, categories."""
    import numpy as np
    import pandas as pd

    generator = np.random.default_rng(11)
    count, people = 500_000, 40_000
    customers = pd.DataFrame(
        {
            "customer": np.arange(people),
            "name": [f"customer {number:05d}" for number in range(people)],
            "city": pd.Categorical(generator.choice(["Oslo", "Lyon", "Graz", "Turin", "Gent"], people)),
        }
    )
    orders = pd.DataFrame(
        {
            "order": np.arange(count),
            "customer": generator.integers(0, people, count),
            "price": generator.gamma(2.0, 30.0, count).round(2),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(generator.integers(0, 700, count), unit="D"),
            "note": [f"note {number % 977} of {number % 31}" for number in range(count)],
        }
    )
    joined = orders.merge(customers, on="customer")
    monthly = joined.groupby([joined["day"].dt.to_period("M"), "city"], observed=True)["price"].sum()
    pivot = joined.pivot_table(index="city", values="price", aggfunc=["mean", "sum"], observed=True)
    large = joined[joined["price"] > 100]
    return {
        "np": np, "pd": pd, "customers": customers, "orders": orders, "joined": joined, "monthly": monthly,
        "pivot": pivot, "large": large, "head": orders.head(100), "columns": list(joined.columns),
    }  # fmt: skip


def change_frames(namespace: Namespace) -> None:
    namespace["joined"].loc[250_000:254_999, "price"] += 0.5
    namespace["orders"].loc[100_000:104_999, "note"] = "seen"


def text() -> Namespace:
    """A corpus of plain Python: documents, tokens, counts, an inverted index, a vocabulary."""
    chooser = random.Random(5)
    words = ["".join(chooser.choice("abcdefghiklmnoprstuvw") for _ in range(chooser.randint(2, 9))) for _ in range(8_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    documents = [" ".join(chooser.choices(words, weights, k=120)) for _ in range(8_000)]
    tokens = [document.split() for document in documents]
    counts = Counter(word for document in tokens for word in document)
    index: defaultdict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(tokens):
        for word in sorted(set(document)):
            index[word].append(number)
    return {
        "documents": documents, "tokens": tokens, "counts": counts, "index": index,
        "vocabulary": {word: number for number, word in enumerate(counts)},
        "rare": {word for word, count in counts.items() if count < 4},
    }  # fmt: skip


def change_text(namespace: Namespace) -> None:
    for number in range(4_000, 4_080):
        namespace["documents"][number] = namespace["documents"][number].upper()


_MODELS = """
import math
from dataclasses import dataclass, field

@dataclass
class Node:
    feature: int
    threshold: float
    left: 'Node | None' = None
    right: 'Node | None' = None
    value: float = 0.0

@dataclass
class Tree:
    root: Node
    depth: int
    names: list = field(default_factory=list)

    def predict(self, row):
        node = self.root
        while node.left is not None:
            node = node.left if row[node.feature] < node.threshold else node.right
        return node.value

def grow(chooser, depth, features):
    if depth == 0:
        return Node(0, 0.0, value=chooser.random())
    node = Node(chooser.randrange(features), chooser.random())
    node.left, node.right = grow(chooser, depth - 1, features), grow(chooser, depth - 1, features)
    return node

def scaled(factor):
    return lambda value: math.tanh(value * factor)
"""


def models() -> Namespace:
    """Models of plain Python: classes defined in the notebook, trees of objects, closures, a history."""
    import __main__

    namespace = vars(__main__)
    known = set(namespace)
    exec(_MODELS, namespace)
    chooser = random.Random(3)
    names = [f"feature {number}" for number in range(20)]
    namespace["names"] = names
    namespace["forest"] = [namespace["Tree"](namespace["grow"](chooser, 10, 20), 10, names) for _ in range(40)]
    namespace["rows"] = [[chooser.random() for _ in range(20)] for _ in range(20_000)]
    namespace["history"] = [
        {"step": step, "loss": math.exp(-step / 9_000) + chooser.random() / 50, "tags": ["train", str(step % 7)]}
        for step in range(50_000)
    ]
    namespace["activation"] = namespace["scaled"](1.7)
    return {name: namespace[name] for name in namespace if name not in known}


def change_models(namespace: Namespace) -> None:
    for tree in namespace["forest"][:1]:
        tree.root.threshold += 1.0
    namespace["history"].append({"step": 50_000, "loss": 0.0, "tags": []})


def plots() -> Namespace:
    """A report: figures of matplotlib with the series they show."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd

    generator = np.random.default_rng(13)
    series = pd.DataFrame(
        generator.normal(size=(100_000, 4)).cumsum(axis=0), columns=list("abcd"),
        index=pd.date_range("2024-01-01", periods=100_000, freq="min"),
    )  # fmt: skip
    figure, axes = plt.subplots(2, 2)
    for axis, name in zip(axes.flat, series):
        axis.plot(series.index.to_numpy(), series[name].to_numpy())
        axis.set_title(name)
    heat, image = plt.subplots()
    picture = generator.random((400, 400))
    image.imshow(picture)
    return {
        "np": np, "pd": pd, "plt": plt, "series": series, "figure": figure, "axes": axes, "heat": heat,
        "image": image, "picture": picture, "title": "Report",
    }  # fmt: skip


def change_plots(namespace: Namespace) -> None:
    namespace["series"].iloc[50_000:51_000] += 1.0
    namespace["title"] = "Report, second version"


MAKERS: dict[str, tuple[Callable[[], Namespace], Callable[[Namespace], None]]] = {
    "arrays": (arrays, change_arrays),
    "frames": (frames, change_frames),
    "text": (text, change_text),
    "models": (models, change_models),
    "plots": (plots, change_plots),
}


def measure(name: str, package: str, vendor: str) -> dict[str, Any]:
    """Save, change, save again and load one namespace, with each of the three.

    Args:
        name: One of `MAKERS`.
        package: Folder that holds `hindsight_worker`.
        vendor: Folder of the vendored libraries.

    Returns:
        For `hindsight`, `cloudpickle` and `dill`: seconds and bytes of `save`, `again` and `load`.
    """
    make, change = MAKERS[name]
    namespace = make()
    results: dict[str, Any] = {"namespace": name, "rivals": {}}
    folder = tempfile.mkdtemp()
    try:
        for rival in ("cloudpickle", "dill"):
            results["rivals"][rival] = _measure_pickler(__import__(rival), namespace, folder)
        sys.path.insert(0, package)
        from hindsight_worker import durable, vendor as libraries

        libraries.load(vendor)
        import __main__

        main = vars(__main__)
        main.update(namespace)
        before = {key: value for key, value in main.items() if key in namespace or key == "__builtins__"}
        objects = os.path.join(folder, "objects")
        first, first_seconds = _timed(lambda: durable.save(before, objects))
        change(namespace)
        second, second_seconds = _timed(lambda: durable.save(before, objects))
        fresh: Namespace = {}
        loaded, load_seconds = _timed(lambda: durable.load(fresh, objects, second["manifest"]))
        results["hindsight"] = {
            "save": {"seconds": first_seconds, "bytes": first["added_bytes"]},
            "again": {"seconds": second_seconds, "bytes": second["added_bytes"]},
            "load": {"seconds": load_seconds, "bytes": second["total_bytes"]},
            "kept": len(loaded["kept"]), "lost": [each["name"] for each in loaded["lost"]],
        }  # fmt: skip
    finally:
        shutil.rmtree(folder)
    return results


def _measure_pickler(library: Any, namespace: Namespace, folder: str) -> dict[str, Any]:
    """To a file that is made durable, as a checkpoint is; a second save costs the same again."""
    path = os.path.join(folder, library.__name__)

    def save() -> None:
        with open(path, "wb") as file:
            library.dump(namespace, file, protocol=pickle.HIGHEST_PROTOCOL)
            file.flush()
            os.fsync(file.fileno())

    def load() -> Any:
        with open(path, "rb") as file:
            return library.load(file)

    try:
        _, save_seconds = _timed(save)
        size = os.stat(path).st_size
        _, load_seconds = _timed(load)
    except Exception as error:  # noqa: BLE001 - that a rival cannot is a result
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
    return {"save": {"seconds": save_seconds, "bytes": size}, "load": {"seconds": load_seconds, "bytes": size}}


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    value = work()
    return value, time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:4])))
