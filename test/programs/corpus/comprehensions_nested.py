"""Comprehensions: nested, conditional, over each other's results."""

matrix = [[row * 4 + column for column in range(4)] for row in range(3)]
transposed = [[row[column] for row in matrix] for column in range(4)]
flat = [value for row in transposed for value in row if value % 2]
table = {value: [other for other in flat if other < value] for value in flat[:3]}
letters = {letter for word in ("abc", "bcd") for letter in word}


class Holder:
    size = 3
    squares = [n * n for n in range(3)]


(flat, table, sorted(letters), Holder.squares)
