"""When the collector comes, and in which order it deletes what is in cycles."""
# order of its own
import gc
import weakref


class Node:
    def __init__(self, name):
        self.name = name
        self.itself = self
        self.room = [name] * (name % 5)

    def __del__(self):
        seen.append(self.name)


class Leaf:
    def __init__(self, name):
        self.name = name


def gone(reference):
    seen.append("gone")


seen = []
references = []
gc.set_threshold(60, 3, 3)
for name in range(200):
    references.append(weakref.ref(Node(name), gone))
    if name % 50 == 0:
        seen.append(gc.get_count())
        references = references[-10:]
    extra = [object() for _ in range(name % 7)]
gc.set_threshold(700, 10, 10)
seen.append(len({weakref.ref(leaf) for leaf in map(Leaf, range(9))}))
seen
