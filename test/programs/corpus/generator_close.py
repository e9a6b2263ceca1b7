"""Generators: close, finally at the yield, and one that is dropped while it waits."""

log = []


def guarded(name):
    try:
        for number in range(10):
            yield number
    finally:
        log.append(f"closed {name}")


one = guarded("one")
next(one)
one.close()
two = guarded("two")
next(two)
del two
for value in guarded("three"):
    if value == 2:
        break
log
