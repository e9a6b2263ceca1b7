"""del: of names, items, slices and attributes, and what it calls."""

log = []


class Tracked(dict):
    def __delitem__(self, key):
        log.append(f"del {key}")
        super().__delitem__(key)

    def __delattr__(self, name):
        log.append(f"delattr {name}")


items = list(range(10))
del items[0], items[-1], items[2:6:2]
tracked = Tracked(a=1, b=2)
del tracked["a"], tracked.anything
name = 1
del name
try:
    name
except NameError as error:
    log.append(type(error).__name__)
(items, dict(tracked), log)
