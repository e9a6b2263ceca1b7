"""Generators: a pipeline of generator expressions and functions, run lazily."""


def numbers(limit):
    for number in range(limit):
        yield number


def keep(condition, items):
    for item in items:
        if condition(item):
            yield item


squares = (n * n for n in numbers(12))
even = keep(lambda n: n % 2 == 0, squares)
pairs = ((n, n // 4) for n in even)
total = sum(b for _, b in pairs)
total
