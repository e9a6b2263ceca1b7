"""The addresses of objects of many kinds, as `id` says them, while others come and go."""
# order of its own


class Thing:
    def __init__(self, part=None):
        self.part = part


class Slots:
    __slots__ = ("first", "second")


def count(upto):
    yield from range(upto)


def tree(height):
    thing = Thing(height)
    if height:
        thing.left, thing.right = tree(height - 1), tree(height - 1)
        thing.parts = {thing.left, thing.right, thing}
        seen.append([one.part for one in thing.parts])
    return thing


def make(kind, number):
    if kind == 0:
        return Thing(number)
    if kind == 1:
        return (number, str(number))
    if kind == 2:
        return [number] * (number % 30)
    if kind == 3:
        return {number: {str(number)}}
    if kind == 4:
        return number * 2.5 + number / 3.0
    if kind == 5:
        return lambda: number
    if kind == 6:
        return count(number)
    if kind == 7:
        return Slots()
    if kind == 8:
        return number**9
    return type(f"Made{number % 10}", (Thing,), {"number": number})


seen = []
kept = []
state = 7
for step in range(150):
    state = (state * 1103515245 + 12345) % 2147483648
    kept.append(make(state // 65536 % 10, state % 1000))
    seen.append(id(kept[-1]))
    if len(kept) > 20:
        del kept[state % 20]
seen.append(id(tree(5)))
seen
