"""Unpacking: nested, starred, swapped, in loops, of what has the wrong length."""

(a, b), [c, *d], e = (1, 2), "xyz", 5
a, b = b, a
first, *middle, last = range(6)
pairs = {"one": (1, "i"), "two": (2, "ii")}
rows = []
for name, (number, roman) in pairs.items():
    rows.append(f"{name}{number}{roman}")
table = [0, 0, 0]
index = 0
index, table[index] = 2, 7
try:
    one, two = [1, 2, 3]
except ValueError as error:
    message = str(error)[:15]
merged = {**{"x": 1}, "y": 2, **{"x": 3}}
(a, b, c, d, e, first, middle, last, rows, table, message, merged)
