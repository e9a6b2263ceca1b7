"""Globals: changed by functions, by name, deleted, shadowed by locals and builtins."""

total = 0
names = []


def add(number):
    global total, added
    total += number
    added = number


def shadow():
    total = "local"
    names.append(total)
    len = lambda _: -1  # noqa: E731
    return len(names)


def by_name(name, value):
    globals()[name] = value


for number in range(4):
    add(number)
shadowed = shadow()
by_name("made", [total, added])
made.append("more")  # noqa: F821
del added
(total, made, shadowed, "added" in globals(), names)  # noqa: F821
