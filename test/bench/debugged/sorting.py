"""A merge sort in pure Python, of numbers and by a key."""

import os
import time


def merge(left, right):
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]


def hot(items):
    if len(items) < 2:
        return items
    if len(items) < 0:
        print("never")  # breakpoint
    middle = len(items) // 2
    return merge(hot(items[:middle]), hot(items[middle:]))


count = int(150_000 * float(os.environ.get("BENCH_SCALE", "1")))
numbers = [(number * 7919) % 1_000_003 for number in range(count)]
began = time.perf_counter()
result = sorted(hot(numbers), key=lambda number: -number)
print("SECONDS", time.perf_counter() - began)
