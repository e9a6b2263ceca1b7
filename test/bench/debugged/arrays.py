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


# After a large block was given back the C library keeps what is freed, as in any program that has run for a while: else the
# bare run alone, which has done nothing before, would ask the system for the memory of each array.
large = np.ones(2_000_000)
del large

began = time.perf_counter()
hot(int(6_000 * float(os.environ.get("BENCH_SCALE", "1"))))
print("SECONDS", time.perf_counter() - began)
