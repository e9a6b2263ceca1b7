"""numpy: steps of a simulation over an array of middle size."""

import os
import time

import numpy as np


def hot(count):
    values = np.linspace(0, 1, 20_000)
    for number in range(count):
        if number < 0:
            print("never")  # breakpoint
        smoothed = (np.roll(values, 1) + values + np.roll(values, -1)) / 3
        values = np.where(smoothed > 0.5, smoothed, values * 1.001)
    return float(values.sum())


began = time.perf_counter()
hot(int(6_000 * float(os.environ.get("BENCH_SCALE", "1"))))
print("SECONDS", time.perf_counter() - began)
