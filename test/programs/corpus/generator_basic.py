"""Generators: state kept between resumes, a loop over one, an early end."""


def countdown(start):
    while start > 0:
        yield start
        start -= 1
    return "liftoff"


seen = []
for number in countdown(5):
    seen.append(number)
lazy = countdown(2)
first = next(lazy)
rest = list(lazy)
(seen, first, rest)
