"""Weak references and __del__: what is called when the last reference goes."""

import weakref

log = []


class Node:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(f"del {self.name}")


def scoped():
    node = Node("local")
    log.append(node.name)


cache = weakref.WeakValueDictionary()
one = Node("one")
cache["one"] = one
reference = weakref.ref(one, lambda _: log.append("callback"))
weakref.finalize(one, log.append, "finalized")
alive = reference() is one
del one
scoped()
other = Node("first")
other = Node("second")
(alive, reference(), list(cache), log)
