"""Objects as keys and members, taken out in the order that their addresses give."""
# order of its own
import time


class Key:
    def __init__(self, name):
        self.name = name


seen = []
table, pool = {}, set()
for name in range(120):
    key = Key(name)
    table[key] = [name, time.monotonic()]
    pool.add(key)
    if name % 3 == 0:
        taken = pool.pop()
        del table[taken]
        seen.append(taken.name)
    if name % 40 == 0:
        seen.append([key.name for key in pool])
        print(name, len(table))
kinds = {type(f"Kind{number}", (Key,), {"number": number}) for number in range(8)}
seen.append([kind.number for kind in kinds])
by_first = {frozenset([key]): key.name for key in pool}
seen.append([name for name, _ in zip(by_first.values(), set(by_first))])
seen.append([by_first[one] for one in set(by_first)])
seen
