"""match: literals, captures, classes, sequences, mappings, guards, alternatives."""


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def describe(value):
    match value:
        case 0 | 1:
            return "small"
        case int(number) if number > 100:
            return f"large {number}"
        case int():
            return "number"
        case Point(0, y):
            return f"on the axis at {y}"
        case Point(x=x):
            return f"at {x}"
        case [first, *rest] if rest:
            return f"{first} and {len(rest)}"
        case {"kind": "circle", "radius": radius, **others}:
            return f"circle {radius} {sorted(others)}"
        case str() as text:
            return text.upper()
        case None:
            return "nothing"
        case _:
            return "unknown"


values = [0, 500, 7, Point(0, 3), Point(2, 1), [1, 2, 3], [1], {"kind": "circle", "radius": 2, "z": 1}, "text", None]
described = [describe(value) for value in values]
described
