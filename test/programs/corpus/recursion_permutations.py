"""Recursion with a generator and backtracking: permutations, and four queens."""


def permutations(items):
    if not items:
        yield ()
    for index, item in enumerate(items):
        for rest in permutations(items[:index] + items[index + 1 :]):
            yield (item, *rest)


def safe(rows):
    return all(abs(a - b) != j - i for i, a in enumerate(rows) for j, b in enumerate(rows) if i < j)


solutions = [rows for rows in permutations([0, 1, 2, 3]) if safe(rows)]
solutions
