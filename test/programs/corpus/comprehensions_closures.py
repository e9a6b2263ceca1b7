"""Comprehensions with closures: late binding, default arguments, a generator that outlives its scope."""


def makers():
    late = [lambda: number for number in range(3)]
    early = [lambda number=number: number for number in range(3)]
    return late, early


def delayed(factor):
    offset = 1
    values = (factor * n + offset for n in range(4))
    offset = 100
    return values


late, early = makers()
outcome = ([call() for call in late], [call() for call in early], list(delayed(2)))
outcome
