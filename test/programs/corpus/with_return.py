"""with: left by return, break and continue, inside loops."""

from contextlib import contextmanager

log = []


@contextmanager
def step(number):
    log.append(number)
    yield
    log.append(-number)


def search(limit):
    for number in range(1, limit):
        with step(number):
            if number == 2:
                continue
            if number == 4:
                break
            if number == limit - 1:
                return "last"
    else:
        return "none"
    return "broken"


found = [search(4), search(9), search(1)]
(found, log)
