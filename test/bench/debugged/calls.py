"""Calls of small functions and methods."""

import os
import time


class Counter:
    def __init__(self):
        self.count = 0

    def add(self, number):
        self.count += number
        return self.count


def twice(number):
    return number + number


def hot(count):
    counter = Counter()
    for number in range(count):
        if number < 0:
            print("never")  # breakpoint
        counter.add(twice(number))
    return counter.count


began = time.perf_counter()
hot(int(2_000_000 * float(os.environ.get("BENCH_SCALE", "1"))))
print("SECONDS", time.perf_counter() - began)
