"""Exceptions that cross generators: StopIteration, one that becomes RuntimeError, a finally between."""

log = []


def failing(limit):
    try:
        for number in range(limit):
            yield 10 // (2 - number)
    finally:
        log.append("left")


def leaking():
    yield 1
    raise StopIteration


got = []
try:
    for value in failing(5):
        got.append(value)
except ZeroDivisionError as error:
    got.append(str(error))
try:
    list(leaking())
except RuntimeError as error:
    got.append(type(error.__cause__).__name__)
(got, log)
