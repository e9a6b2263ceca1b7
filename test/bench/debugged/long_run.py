"""About ten million lines with STEPS unset: a loop over two functions, a value that changes once, a line that is passed once."""

import os

COUNT = int(os.environ.get("BENCH_COUNT", "2000000"))
state = {"mode": "first"}
items = list(range(10_000))


def change(number):
    state["mode"] = f"changed at {number}"  # once
    return number


def scaled(number):
    value = number * 3
    return value % 1_000_003


def main(count):
    total = 0
    for number in range(count):
        total += scaled(number)
        if number == 100:
            change(number)
    return total  # last


total = main(COUNT)
total
