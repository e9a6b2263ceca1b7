"""Sorting: key functions, stability, several keys, comparison by a function."""

import functools


def by_length(word):
    return len(word), word


def compare(one, other):
    if one % 3 != other % 3:
        return one % 3 - other % 3
    return other - one


words = ["pear", "fig", "apple", "kiwi", "date"]
by_last = sorted(words, key=lambda word: word[-1])
words.sort(key=by_length, reverse=True)
numbers = sorted(range(8), key=functools.cmp_to_key(compare))
(words, by_last, numbers, max(words, key=len), min(numbers, key=lambda n: (n - 3) ** 2))
