"""Classes: slots, inheritance of them, missing attributes, __getattr__ and __setattr__."""


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Named(Point):
    __slots__ = ("name",)

    def __getattr__(self, attribute):
        return f"no {attribute}"


class Guarded:
    def __setattr__(self, name, value):
        if name.startswith("_"):
            raise AttributeError(name)
        object.__setattr__(self, name, value)


point = Named(1, 2)
missing = point.name
point.name = "p"
guarded = Guarded()
guarded.open = True
try:
    guarded._closed = True
except AttributeError as error:
    message = str(error)
try:
    Point(1, 2).z = 3
except AttributeError:
    refused = True
(point.x + point.y, missing, point.name, message, refused)
