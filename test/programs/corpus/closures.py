"""Closures: nonlocal, counters that share a cell, a cell that is emptied."""


def counter():
    count = 0
    history = []

    def up(by=1):
        nonlocal count
        count += by
        history.append(count)
        return count

    def down():
        nonlocal count
        count -= 1
        return count

    return up, down, history


def emptied():
    value = 1

    def read():
        return value

    del value
    try:
        return read()
    except NameError as error:
        return type(error).__name__


up, down, history = counter()
results = [up(), up(5), down(), up()]
(results, history, emptied())
