"""Garbage: a cycle that is collected on request, with weak references that see it."""

import gc
import weakref

gc.disable()


class Ring:
    def __init__(self):
        self.me = self


def make():
    ring = Ring()
    return weakref.ref(ring)


references = [make() for _ in range(3)]
before = [reference() is not None for reference in references]
gc.collect()
after = [reference() is not None for reference in references]
gc.enable()
(before, after)
