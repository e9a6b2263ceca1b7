"""Threads: a pool that has ended, and a program that goes on alone afterwards."""
# threads

from concurrent.futures import ThreadPoolExecutor


def double(number):
    return number * 2


with ThreadPoolExecutor(2) as pool:
    doubled = list(pool.map(double, range(5)))
total = 0
for number in doubled:
    total += number
total
