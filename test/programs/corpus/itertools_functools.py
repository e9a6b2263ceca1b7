"""itertools and functools: chains of iterators, groupby, accumulate, reduce, partial, singledispatch."""

import functools
import itertools
import operator


@functools.singledispatch
def describe(value):
    return "object"


@describe.register
def _(value: int):
    return f"int {value}"


@describe.register(list)
def _(value):
    return [describe(item) for item in value]


words = ["apple", "avocado", "banana", "blueberry", "cherry"]
groups = {key: list(group) for key, group in itertools.groupby(words, key=lambda word: word[0])}
totals = list(itertools.accumulate([1, 2, 3, 4], operator.mul))
product = functools.reduce(lambda a, b: a * b, totals)
pairs = list(itertools.islice(itertools.combinations("abcd", 2), 1, 6, 2))
power = functools.partial(pow, 2)
one, two = itertools.tee(power(n) for n in range(4))
(groups, totals, product, pairs, list(zip(one, two)), describe([1, "a", [2]]))
