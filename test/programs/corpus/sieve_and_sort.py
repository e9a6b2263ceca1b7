"""Algorithms: a sieve, a quicksort in place, a binary search, a matrix product."""


def sieve(limit):
    marks = [True] * limit
    for number in range(2, int(limit**0.5) + 1):
        if marks[number]:
            for multiple in range(number * number, limit, number):
                marks[multiple] = False
    return [number for number in range(2, limit) if marks[number]]


def quicksort(items, low, high):
    if low >= high:
        return
    pivot, store = items[high], low
    for index in range(low, high):
        if items[index] < pivot:
            items[index], items[store] = items[store], items[index]
            store += 1
    items[store], items[high] = items[high], items[store]
    quicksort(items, low, store - 1)
    quicksort(items, store + 1, high)


def search(items, wanted):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


primes = sieve(60)
mixed = [(n * 37) % 23 for n in range(16)]
quicksort(mixed, 0, len(mixed) - 1)
product = [[sum(a * b for a, b in zip(row, column)) for column in zip((5, 6), (7, 8))] for row in ((1, 2), (3, 4))]
(primes, mixed, search(primes, 31), product)
