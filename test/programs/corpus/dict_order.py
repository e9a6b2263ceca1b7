"""Dictionaries and sets: order, changed while they are read through copies, views, set algebra."""

stock = {"pear": 3, "fig": 0, "kiwi": 7}
stock["apple"] = 5
del stock["pear"]
stock["pear"] = 1
for name in list(stock):
    if not stock[name]:
        del stock[name]
inverted = {count: name for name, count in stock.items()}
popped = stock.popitem()
try:
    for name in stock:
        stock[name + "s"] = 1
except RuntimeError as error:
    message = str(error)
small, large = set(range(5)), set(range(3, 9))
algebra = [sorted(s) for s in (small & large, small | large, small ^ large, small - large)]
(list(stock)[:3], inverted, popped, message, algebra, frozenset(small) <= small)
