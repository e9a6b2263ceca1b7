"""Sets of objects hashed by address: their order is that of the memory, the same in every replay."""
# order of its own


class Thing:
    def __init__(self, name):
        self.name = name


seen = []
things = {Thing(name) for name in "abcdefgh"}
for thing in things:
    seen.append(thing.name)
extra = [Thing(str(number)) for number in range(20)]
for thing in set(extra[::3]):
    seen.append(thing.name)
del extra
again = {Thing(name) for name in "uvwxyz"}
for thing in again:
    seen.append(thing.name)
seen
