"""A tight loop of arithmetic."""

import os
import time


def hot(count):
    total = 0
    for number in range(count):
        if number < 0:
            print("never")  # breakpoint
        total = (total + number * 3) % 1_000_003  # conditional
    return total


began = time.perf_counter()
hot(int(3_000_000 * float(os.environ.get("BENCH_SCALE", "1"))))
print("SECONDS", time.perf_counter() - began)
