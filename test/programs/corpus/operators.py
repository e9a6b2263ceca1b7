"""Operator overloading: arithmetic, reflected, in place, comparison, containers, calls."""


class Vector:
    def __init__(self, *values):
        self.values = values

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self.values, other.values)))

    def __mul__(self, factor):
        return Vector(*(value * factor for value in self.values))

    __rmul__ = __mul__

    def __iadd__(self, other):
        self.values = tuple(value + other for value in self.values)
        return self

    def __eq__(self, other):
        return isinstance(other, Vector) and self.values == other.values

    def __hash__(self):
        return hash(self.values)

    def __getitem__(self, index):
        return self.values[index]

    def __len__(self):
        return len(self.values)

    def __contains__(self, value):
        return any(value == own for own in self.values)

    def __bool__(self):
        return any(self.values)

    def __call__(self, function):
        return [function(value) for value in self]


one = Vector(1, 2, 3)
two = 2 * one + Vector(1, 0, 0)
two += 1
(two.values, two == Vector(4, 5, 7), 5 in two, bool(Vector(0)), len(two), two(str), {one: 1}[Vector(1, 2, 3)])
