"""Objects that are made and dropped: instances, lists, dictionaries, texts."""

import os
import time


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def hot(count):
    kept = []
    for number in range(count):
        if number < 0:
            print("never")  # breakpoint
        point = Point(number, [number, str(number)])
        kept.append({"point": point, "name": f"p{number}"})
        if len(kept) > 1000:
            kept = kept[500:]
    return len(kept)


began = time.perf_counter()
hot(int(600_000 * float(os.environ.get("BENCH_SCALE", "1"))))
print("SECONDS", time.perf_counter() - began)
